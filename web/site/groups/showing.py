"""The list of groups, a group as its members and as others meet it, and who is in it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.groups.cards import GroupCard, list_other_groups, list_own_groups
from fedparents.groups.policy import can_found
from fedparents.groups.queries import GroupView, MemberView, get_group_with_members
from fedparents.ids import GroupId
from fedparents.instance.queries import get_instance
from fedparents.moderation.queues import Waiting, count_waiting
from web.forms import new_form
from web.routing import Page, number_in_query
from web.site.groups.access import group_number, require_viewer, show, viewer_or_nothing
from web.site.groups.forms import AnswersForm
from web.visit import runtime_of, viewer_of

_A_PAGE = 50
_MEMBERS_AT_HOME = 8
_MEMBERS_A_PAGE = 50


async def list_page(request: Request) -> Response:
    viewer = require_viewer(request)
    before = number_in_query(request, "before")
    if before is None and request.query_params.get("before"):
        raise NotFound
    own, others, may_found = await runtime_of(request).db.read(_read_lists, viewer, before)
    more = (
        runtime_of(request).urls.path("groups", before=others[_A_PAGE - 1].id)
        if (len(others) > _A_PAGE)
        else ""
    )
    context = {
        "own": [] if before else own,
        "others": others[:_A_PAGE],
        "may_found": may_found,
        "more": more,
        "is_first": not before,
    }
    return show(request, "list", context)


async def group_page(request: Request) -> Response:
    """What is here for members; what others may know for everybody else."""
    viewer = viewer_of(request)
    view, members, waiting = await runtime_of(request).db.read(
        _read_group, viewer, group_number(request)
    )
    if not view.is_member:
        return show(request, "door", {"view": view, "token": ""}, new_form(of=AnswersForm))
    context = {"view": view, "members": members, "waiting": waiting}
    return show(request, "home", context, new_form())


async def members_page(request: Request) -> Response:
    after = _moment(request.query_params.get("after", ""))
    view, found = await runtime_of(request).db.read(
        get_group_with_members,
        viewer_or_nothing(request),
        group_number(request),
        after=after,
        limit=_MEMBERS_A_PAGE + 1,
    )
    if not view.is_member:
        raise NotFound
    shown = found[:_MEMBERS_A_PAGE]
    more = ""
    if len(found) > _MEMBERS_A_PAGE:
        last = shown[-1].since_at.isoformat()
        more = runtime_of(request).urls.path("group_members", id=view.id, after=last)
    return show(request, "members", {"view": view, "members": shown, "more": more})


def _read_group(
    session: Session, viewer: Viewer | None, group_id: GroupId
) -> tuple[GroupView, list[MemberView], Waiting | None]:
    view, members = get_group_with_members(session, viewer, group_id, limit=_MEMBERS_AT_HOME)
    waits = count_waiting(session, viewer, group_id) if viewer and view.can_moderate else None
    return view, members, waits


def _moment(text: str) -> datetime | None:
    """Where a page of members begins; raises NotFound for what is no moment."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if moment.tzinfo is None:
        raise NotFound
    return moment


def _read_lists(
    session: Session, viewer: Viewer, before: int | None
) -> tuple[list[GroupCard], list[GroupCard], bool]:
    others = list_other_groups(session, viewer, before=before, limit=_A_PAGE + 1)
    may_found = can_found(get_instance(session).group_founding, viewer)
    return list_own_groups(session, viewer), others, may_found


routes = [
    Page("/groups", list_page, name="groups"),
    Page("/groups/{id}", group_page, name="group"),
    Page("/groups/{id}/members", members_page, name="group_members"),
]
