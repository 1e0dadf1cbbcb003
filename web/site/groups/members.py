"""One member as those see them who look after the group: role, removal, ban."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.errors import Conflict, Invalid, NotAllowed
from fedparents.groups.members import change_member_role, unban_member
from fedparents.groups.queries import get_member, list_put_out
from fedparents.moderation.deciding import DecisionDraft, decide_on_member
from fedparents.moderation.models import Action, Ground
from web.forms import new_form, read_form, submit_once
from web.i18n import gettext
from web.i18n.words import words_of
from web.routing import Page
from web.site.groups.access import (
    BOTH,
    POST,
    decider_of,
    group_path,
    manager_of,
    member_number,
    show,
)
from web.site.groups.desk import reason_of
from web.site.groups.forms import PutOutForm, RoleForm
from web.site.groups.words import PUT_OUTS, ROLE_HINTS, ROLES
from web.site.page import redirect
from web.visit import runtime_of


async def role_page(request: Request) -> Response:
    viewer, view = await manager_of(request)
    db = runtime_of(request).db
    member = await db.read(get_member, viewer, view.id, member_number(request))
    options = [(role, gettext(ROLES[role]), gettext(ROLE_HINTS[role])) for role in ROLES]
    context = {"view": view, "member": member, "options": options}
    if request.method != "POST":
        form = new_form({"role": member.role}, of=RoleForm)
        return show(request, "role", context, form)
    sent, form = await read_form(request, RoleForm)
    if sent is not None:
        try:
            await db.write(change_member_role, viewer, view.id, member_number(request), sent.role)
        except Conflict as error:
            form.complain(error, at="role")
        else:
            path = group_path(request, view.id, "group_members")
            return redirect(request, path, ("good", gettext("Saved.")))
    return show(request, "role", context, form)


async def put_out_page(request: Request) -> Response:
    """Remove somebody, or ban them for a while: never without a reason."""
    viewer, view = await decider_of(request)
    member = await runtime_of(request).db.read(get_member, viewer, view.id, member_number(request))
    presets = [
        *((key, gettext(words), "") for key, words in PUT_OUTS.items()),
        ("", gettext("Another reason"), ""),
    ]
    context = {"view": view, "member": member, "presets": presets}
    if request.method != "POST":
        form = new_form({"preset": "rules", "days": "none"}, of=PutOutForm)
        return show(request, "put_out", context, form)
    sent, form = await read_form(request, PutOutForm)
    if sent is None:
        return show(request, "put_out", context, form)
    path = group_path(request, view.id, "group_members")
    draft = _decision(request, sent)
    try:
        await submit_once(
            request,
            form,
            lambda _: path,
            decide_on_member,
            viewer,
            view.id,
            member_number(request),
            draft,
        )
    except Invalid:
        form.add_error("words_of_own", "missing")
    except (Conflict, NotAllowed) as error:
        return redirect(request, path, ("warn", words_of(error)))
    else:
        toast = gettext("%(name)s is no longer in the group.", name=member.name)
        return redirect(request, path, ("good", toast))
    return show(request, "put_out", context, form)


def _decision(request: Request, sent: PutOutForm) -> DecisionDraft:
    """The preset is the rule; what happened is said in words of one's own, or by the rule."""
    rule = reason_of(request, PutOutForm(preset=sent.preset), PUT_OUTS)
    return DecisionDraft(
        action=Action.REMOVE if sent.days == "none" else Action.BAN,
        ground=Ground.RULE,
        ground_text=rule or gettext("Rules of the group"),
        facts=sent.words_of_own or rule,
        banned_until=sent.until(clock.now().date()),
    )


async def banned_page(request: Request) -> Response:
    viewer, view = await decider_of(request)
    banned = await runtime_of(request).db.read(list_put_out, viewer, view.id)
    return show(request, "banned", {"view": view, "banned": banned}, new_form())


async def unban(request: Request) -> Response:
    viewer, view = await decider_of(request)
    await runtime_of(request).db.write(unban_member, viewer, view.id, member_number(request))
    path = group_path(request, view.id, "group_banned")
    return redirect(request, path, ("good", gettext("They can ask to join again.")))


routes = [
    Page("/groups/{id}/banned", banned_page, name="group_banned"),
    Page("/groups/{id}/members/{member}/role", role_page, name="member_role", methods=BOTH),
    Page("/groups/{id}/members/{member}/remove", put_out_page, name="put_out", methods=BOTH),
    Page("/groups/{id}/members/{member}/unban", unban, name="unban_member", methods=POST),
]
