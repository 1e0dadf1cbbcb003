"""All groups by name and counts, hidden ones too, and those that wait for a yes or a no."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.audit.service import record_audit
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, NotFound
from fedparents.groups.models import GroupState
from fedparents.groups.queries import PlaceLine, list_all_groups
from fedparents.groups.service import accept_group, refuse_group
from fedparents.ids import GroupId
from web.forms import FormState, new_form, read_form
from web.i18n import gettext as _
from web.i18n.words import words_of
from web.routing import Page, number_in_path
from web.site.admin.access import moderator_of
from web.site.admin.forms import RefuseGroupForm
from web.site.groups.words import JOININGS, KINDS
from web.site.page import redirect, render
from web.site.toasts import Toast
from web.visit import runtime_of

_BOTH: Final = ("GET", "POST")


async def groups_page(request: Request) -> Response:
    viewer = moderator_of(request)
    lines = await runtime_of(request).db.write(look_at_all, viewer)
    context = {
        "proposed": [each for each in lines if each.group.state == GroupState.PROPOSED],
        "others": [each for each in lines if each.group.state != GroupState.PROPOSED],
        "kinds": KINDS,
        "joinings": JOININGS,
        "form": new_form(),
    }
    return render(request, "admin/groups.html", context)


def look_at_all(uow: UnitOfWork, viewer: Viewer) -> list[PlaceLine]:
    """The list, and a line in the log for every hidden group that somebody saw on it."""
    lines = list_all_groups(uow.session, viewer)
    for line in lines:
        if line.group.is_hidden:
            record_audit(
                uow,
                "group.seen_by_place",
                by=viewer.actor_id,
                subject=line.group.actor_id,
                group=line.group.actor_id,
            )
    return lines


async def accept(request: Request) -> Response:
    viewer = moderator_of(request)
    try:
        await runtime_of(request).db.write(accept_group, viewer, GroupId(number_in_path(request)))
    except Conflict as error:
        return _back(request, ("info", words_of(error)))
    return _back(request, ("good", _("The group begins, and its founder gets a mail.")))


async def refuse_page(request: Request) -> Response:
    viewer, group_id = moderator_of(request), GroupId(number_in_path(request))
    lines = await runtime_of(request).db.read(list_all_groups, viewer)
    line = next((each for each in lines if each.group.actor_id == group_id), None)
    if line is None or line.group.state != GroupState.PROPOSED:
        raise NotFound("group_not_found")
    if request.method != "POST":
        return _show_refusal(request, line, new_form(of=RefuseGroupForm))
    sent, form = await read_form(request, RefuseGroupForm)
    if sent is None:
        return _show_refusal(request, line, form)
    await runtime_of(request).db.write(refuse_group, viewer, group_id, sent.reason)
    return _back(request, ("good", _("The group does not begin, and its founder gets a mail.")))


def _show_refusal(request: Request, line: PlaceLine, form: FormState) -> Response:
    status = 422 if form.errors else 200
    return render(request, "admin/refuse_group.html", {"line": line, "form": form}, status)


def _back(request: Request, toast: Toast) -> Response:
    return redirect(request, runtime_of(request).urls.path("admin_groups"), toast)


routes = [
    Page("/admin/groups", groups_page, name="admin_groups"),
    Page("/admin/groups/{id}/accept", accept, name="accept_group", methods=("POST",)),
    Page("/admin/groups/{id}/refuse", refuse_page, name="refuse_group", methods=_BOTH),
]
