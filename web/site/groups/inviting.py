"""Invitations into a group; the link, its QR code and its poster are those of all invitations."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.models import InviteLink
from fedparents.groups.members import end_group_invite, invite_to_group
from fedparents.groups.queries import list_group_invites
from web.forms import new_form, read_form, submit_once
from web.i18n import gettext
from web.routing import Page, number_in_path
from web.site.groups.access import BOTH, POST, decider_of, group_path, member_of, show
from web.site.groups.forms import InviteForm
from web.site.page import redirect
from web.visit import runtime_of


async def invite_page(request: Request) -> Response:
    """Make a link; those that work stand below it."""
    viewer, view = await member_of(request)
    if request.method == "POST":
        answer, form = await read_form(request, InviteForm)
        if answer is not None:
            urls = runtime_of(request).urls

            def where(invite: InviteLink) -> str:
                return urls.path("invite", id=invite.id)

            path = await submit_once(
                request, form, where, invite_to_group, viewer, view.id, answer.draft
            )
            toast = gettext("Your invitation is ready to be shared.")
            return redirect(request, path, ("good", toast))
    else:
        admits = "yes" if view.can_moderate else "no"
        form = new_form({"uses": "50", "days": "30", "admits": admits}, of=InviteForm)
    links = await runtime_of(request).db.read(list_group_invites, viewer, view.id)
    return show(request, "invite", {"view": view, "links": links}, form)


async def end(request: Request) -> Response:
    viewer, view = await decider_of(request)
    invite_id = number_in_path(request, "invite")
    await runtime_of(request).db.write(end_group_invite, viewer, view.id, invite_id)
    path = group_path(request, view.id, "new_group_invite")
    return redirect(request, path, ("good", gettext("It brings nobody in now.")))


routes = [
    Page("/groups/{id}/invite", invite_page, name="new_group_invite", methods=BOTH),
    Page("/groups/{id}/invite/{invite}/end", end, name="end_group_invite", methods=POST),
]
