"""Which group a text is for that names one, as somebody writes who has no form to choose it in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.actors.names import address_in
from fedparents.db import HotStatement, table_of
from fedparents.groups.models import Group
from fedparents.groups.policy import AnyViewer, visible_to
from fedparents.ids import GroupId
from fedparents.posts.content import handles_in

_actor = table_of(Actor)
_NAMES_AT_MOST: Final = 10
FIND_GROUP: Final = HotStatement(
    sa.select(_actor.c.id)
    .join_from(_actor, table_of(Group), table_of(Group).c.actor_id == _actor.c.id)
    .where(
        sa.func.lower(address_in(_actor)) == bindparam("address", type_=sa.String),
        visible_to(AnyViewer(), today=bindparam("today", type_=sa.Date)),
    )
)


def find_group_named(
    session: Session, viewer: Viewer, text: str, *, today: object
) -> tuple[GroupId, str] | None:
    """The first group that a text names and that the viewer may know of, and the text without its
    name where that only says for whom it is."""
    for handle in _first_of(handles_in(text)):
        rows = FIND_GROUP.rows(
            session.connection(), address=handle, viewer=viewer.actor_id, today=today
        )
        if rows:
            return GroupId(rows[0][0]), _without(handle, text)
    return None


def _first_of(handles: list[str]) -> Iterator[str]:
    yield from handles[:_NAMES_AT_MOST]


def _without(handle: str, text: str) -> str:
    """Where it begins or ends with the name."""
    named = rf"@{re.escape(handle)}(?![\w@.-])"
    text = re.sub(rf"\A\s*{named}[\s,:]*", "", text, flags=re.IGNORECASE)
    return re.sub(rf"\s*{named}\s*\Z", "", text, flags=re.IGNORECASE)
