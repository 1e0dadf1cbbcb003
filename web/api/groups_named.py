"""What it means that somebody names a group in an app, which has no other word for groups."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.errors import Invalid
from fedparents.groups.access import get_seat
from fedparents.groups.models import GroupRole
from fedparents.groups.policy import can_post
from fedparents.groups.seats import list_memberships
from fedparents.ids import GroupId
from fedparents.paging import Paging
from fedparents.posts.addressing import find_group_named
from fedparents.timelines.faces import get_known_face
from web.api.errors import Refused

_LOOKING_AFTER: Final = (GroupRole.MANAGER, GroupRole.MODERATOR)
_WRITTEN_TO: Final = Paging(5)


def where_named(
    session: Session, viewer: Viewer, text: str, *, today: date
) -> tuple[GroupId, str] | None:
    """The group that a text is for, and the text without its name. Raises Refused for whoever is
    not in it: they have seen its account, so it can be said."""
    found = find_group_named(session, viewer, text, today=today)
    if found is None:
        return None
    seat = get_seat(session, viewer, found[0], today=today)
    if not can_post(seat.group, seat.standing):
        address = get_known_face(session, viewer, found[0]).address
        raise Refused("members_only", name=f"@{address}")
    return found


def who_looks_after(session: Session, viewer: Viewer, text: str, *, today: date) -> Iterable[int]:
    """To whom a letter goes that names a group and nobody else: those who look after it, for its
    members."""
    found = find_group_named(session, viewer, text, today=today)
    if found is None:
        return ()
    lines = [
        line
        for role in _LOOKING_AFTER
        for line in list_memberships(session, viewer, found[0], _WRITTEN_TO, role=role)
    ]
    others = [line.actor_id for line in lines if line.actor_id != viewer.actor_id]
    return others[: _WRITTEN_TO.limit]


def with_questions(error: Invalid, page: str) -> Exception:
    """What somebody reads who follows a group that asks something first: apps have no place for
    answers, the group's page has."""
    if any(name.startswith("answer_") for name in error.fields):
        return Refused("group_asks", page=page)
    return error
