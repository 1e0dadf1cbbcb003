"""Invitations into a group: a link, whose QR code and poster are those of all invitations; and by
name, for somebody of another town, who answers there."""

from __future__ import annotations

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.models import InviteLink
from fedparents.accounts.sessions import Viewer
from fedparents.errors import Conflict, NotAllowed, NotFound
from fedparents.groups.inviting import (
    decline_invitation,
    invite_person,
    list_invited,
    may_invite_elsewhere,
    withdraw_invitation,
)
from fedparents.groups.members import end_group_invite, invite_to_group
from fedparents.groups.queries import GroupView, list_group_invites
from fedparents.ids import ActorId
from web.forms import FormState, new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.words import words_of
from web.routing import Page, number_in_path
from web.site.groups.access import (
    BOTH,
    POST,
    decider_of,
    group_number,
    group_path,
    member_number,
    member_of,
    show,
    to_group,
    viewer_or_nothing,
)
from web.site.groups.forms import ADDRESS_LENGTH, InviteForm, NamedForm
from web.site.page import redirect
from web.site.search.elsewhere import look_up_typed
from web.visit import runtime_of


async def invite_page(request: Request) -> Response:
    """Make a link; those that work stand below it."""
    viewer, view = await member_of(request)
    if request.method != "POST":
        return await _show(request, viewer, view)
    answer, form = await read_form(request, InviteForm)
    if answer is None:
        return await _show(request, viewer, view, sheet=form)
    urls = runtime_of(request).urls

    def where(invite: InviteLink) -> str:
        return urls.path("invite", id=invite.id)

    path = await submit_once(request, form, where, invite_to_group, viewer, view.id, answer.draft)
    toast = gettext("Your invitation is ready to be shared.")
    return redirect(request, path, ("good", toast))


async def end(request: Request) -> Response:
    viewer, view = await decider_of(request)
    invite_id = number_in_path(request, "invite")
    await runtime_of(request).db.write(end_group_invite, viewer, view.id, invite_id)
    return _back(request, view, gettext("It brings nobody in now."))


async def invite_by_name(request: Request) -> Response:
    """Somebody of another town, as they are called there."""
    viewer, view = await decider_of(request)
    runtime = runtime_of(request)
    if not await runtime.db.read(may_invite_elsewhere, view.group):
        raise NotFound
    sent, form = await read_form(request, NamedForm)
    person = await look_up_typed(request, sent.address, form, "address") if sent else None
    if person is not None:
        try:
            await runtime.db.write(invite_person, viewer, view.id, ActorId(person.id))
        except NotFound:
            form.add_error("address", "nobody_there")
        except (Conflict, NotAllowed) as error:
            form.complain(error, at="address")
        else:
            return _back(request, view, gettext("%(name)s is asked.", name=person.display_name))
    return await _show(request, viewer, view, named=form)


async def take_back(request: Request) -> Response:
    viewer, view = await decider_of(request)
    try:
        await runtime_of(request).db.write(
            withdraw_invitation, viewer, view.id, member_number(request)
        )
    except Conflict as error:
        path = group_path(request, view.id, "new_group_invite")
        return redirect(request, path, ("warn", words_of(error)))
    return _back(request, view, gettext("The invitation has been taken back."))


async def decline(request: Request) -> Response:
    """Of a group elsewhere."""
    viewer, group_id = viewer_or_nothing(request), group_number(request)
    runtime = runtime_of(request)
    try:
        await runtime.db.write(decline_invitation, viewer, group_id)
    except Conflict as error:
        return to_group(request, group_id, ("warn", words_of(error)))
    toast = gettext("You have declined the invitation.")
    return redirect(request, runtime.urls.path("groups"), ("good", toast))


async def _show(
    request: Request,
    viewer: Viewer,
    view: GroupView,
    *,
    sheet: FormState | None = None,
    named: FormState | None = None,
) -> Response:
    admits = "yes" if view.can_moderate else "no"
    blank = new_form({"uses": "50", "days": "30", "admits": admits}, of=InviteForm)
    sheet, named = sheet or blank, named or new_form(of=NamedForm)

    def read(session: Session) -> dict[str, object]:
        by_name = view.can_moderate and may_invite_elsewhere(session, view.group)
        return {
            "links": list_group_invites(session, viewer, view.id),
            "invites_by_name": by_name,
            "invited": list_invited(session, viewer, view.id) if by_name else [],
        }

    found = await runtime_of(request).db.read(read)
    context = {"view": view, "sheet": sheet, "named": named, "longest": ADDRESS_LENGTH, **found}
    return show(request, "invite", context, named if named.errors else sheet)


def _back(request: Request, view: GroupView, toast: str) -> Response:
    return redirect(request, group_path(request, view.id, "new_group_invite"), ("good", toast))


routes = [
    Page("/groups/{id}/invite", invite_page, name="new_group_invite", methods=BOTH),
    Page("/groups/{id}/invite/{invite}/end", end, name="end_group_invite", methods=POST),
    Page("/groups/{id}/invited", invite_by_name, name="invite_by_name", methods=POST),
    Page("/groups/{id}/invited/{member}/end", take_back, name="take_invitation_back", methods=POST),
    Page("/groups/{id}/decline", decline, name="decline_invitation", methods=POST),
]
