"""The list of groups, a group as its members and as others meet it, and who is in it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.errors import NotFound
from fedparents.groups.cards import GroupCard, list_other_groups, list_own_groups
from fedparents.groups.inviting import InvitingView, list_inviting
from fedparents.groups.policy import can_found
from fedparents.groups.queries import GroupView, get_group, get_group_with_members
from fedparents.ids import GroupId
from fedparents.instance.queries import get_instance
from fedparents.moderation.queues import Waiting, count_waiting
from web.forms import new_form
from web.routing import Page, start_in_query
from web.site.groups.access import group_number, require_viewer, show, viewer_or_nothing
from web.site.groups.forms import AnswersForm
from web.site.groups.reading import Reading, read_group
from web.site.posts.words import ASK, SHEETS, kind_of
from web.visit import runtime_of, viewer_of

_A_PAGE = 50
_MEMBERS_AT_HOME = 8
_MEMBERS_A_PAGE = 30


async def list_page(request: Request) -> Response:
    viewer = require_viewer(request)
    before = start_in_query(request, "before")
    own, others, inviting, may_found = await runtime_of(request).db.read(
        _read_lists, viewer, before
    )
    more = (
        runtime_of(request).urls.path("groups", before=others[_A_PAGE - 1].id)
        if (len(others) > _A_PAGE)
        else ""
    )
    context = {
        "own": [] if before else own,
        "others": others[:_A_PAGE],
        "inviting": [] if before else inviting,
        "may_found": may_found,
        "more": more,
        "is_first": not before,
    }
    return show(request, "list", context)


async def group_page(request: Request) -> Response:
    """What is said here for those who may read it; for the others what they may know."""
    viewer, before = viewer_of(request), start_in_query(request, "before")
    only = request.query_params.get("only", "")
    view, reading, waiting = await runtime_of(request).db.read(
        _read_group, viewer, group_number(request), only, before
    )
    context: dict[str, object] = {
        "view": view,
        "reading": reading,
        "waiting": waiting,
        "kind_of": kind_of,
        "sheet": SHEETS[ASK.key],
        "here": runtime_of(request).urls.path(
            "group", id=view.id, only=only or None, before=before
        ),
    }
    if not view.is_member:
        return show(request, "door", {**context, "token": ""}, new_form(of=AnswersForm))
    return show(request, "home", context, new_form())


async def about_page(request: Request) -> Response:
    """What the group is for, its rules, and who is here."""
    viewer = viewer_or_nothing(request)
    view, members = await runtime_of(request).db.read(
        get_group_with_members, viewer, group_number(request), limit=_MEMBERS_AT_HOME
    )
    if not view.is_member:
        raise NotFound
    return show(request, "about_group", {"view": view, "members": members})


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
    session: Session, viewer: Viewer | None, group_id: GroupId, only: str, before: int | None
) -> tuple[GroupView, Reading | None, Waiting | None]:
    view = get_group(session, viewer, group_id)
    if viewer is None or not view.can_read:
        return view, None, None
    reading = read_group(session, viewer, view, only, before)
    waits = count_waiting(session, viewer, group_id) if view.can_moderate else None
    return view, reading, waits


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
) -> tuple[list[GroupCard], list[GroupCard], list[InvitingView], bool]:
    others = list_other_groups(session, viewer, before=before, limit=_A_PAGE + 1)
    may_found = can_found(get_instance(session).group_founding, viewer)
    inviting = list_inviting(session, viewer)
    return list_own_groups(session, viewer), others, inviting, may_found


routes = [
    Page("/groups", list_page, name="groups"),
    Page("/groups/{id}", group_page, name="group"),
    Page("/groups/{id}/about", about_page, name="group_about"),
    Page("/groups/{id}/members", members_page, name="group_members"),
]
