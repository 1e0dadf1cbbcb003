"""People and groups as programs show them beside each thing that they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.models import Account, Role
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import HotStatement, constant, in_bites, is_in_bite, table_of
from fedparents.errors import NotFound
from fedparents.groups.cards import band_of, member_count
from fedparents.groups.models import (
    Audience,
    Group,
    GroupKind,
    GroupRole,
    Joining,
    Membership,
    MembershipState,
)
from fedparents.groups.policy import AnyViewer, visible_to
from fedparents.social.policy import is_seen

_actor = table_of(Actor)
_account = table_of(Account)
_group = table_of(Group)
_own = table_of(Membership).alias("own_seat")
_viewer: Final = AnyViewer()
_today: Final = bindparam("today", type_=sa.Date)
_NOBODY: Final = 0


class Face(NamedTuple):
    """A person or group, and what of a group the reader may know."""

    id: int
    kind: ActorKind
    handle: str
    domain: str
    name: str
    summary: str
    fields: str
    """Lines about themselves, as `actors/fields.py` reads them."""
    avatar: str
    cover: str
    is_discoverable: bool
    is_indexable: bool
    is_locked: bool
    created_at: datetime
    role: Role | None
    """Of a person who has an account here."""
    group_kind: GroupKind | None
    joining: Joining | None
    audience: Audience | None
    group_role: GroupRole | None
    """The reader's own, in a group."""
    members: int
    """Of a group; of one that the reader is not in, the lower end of its band."""

    @property
    def address(self) -> str:
        return f"{self.handle}@{self.domain}" if self.domain else self.handle

    @property
    def is_group(self) -> bool:
        return self.kind == ActorKind.GROUP


_faces = (
    sa.select(
        _actor.c.id,
        _actor.c.kind,
        _actor.c.handle,
        _actor.c.domain,
        _actor.c.display_name,
        _actor.c.summary,
        _actor.c.fields,
        _actor.c.avatar,
        _actor.c.cover,
        _actor.c.is_discoverable,
        _actor.c.is_indexable,
        _actor.c.is_locked,
        _actor.c.created_at,
        _account.c.role,
        _group.c.kind.label("group_kind"),
        _group.c.joining,
        _group.c.audience,
        _own.c.role.label("group_role"),
        sa.case(
            (_actor.c.kind == constant(ActorKind.GROUP), member_count()),
            else_=sa.literal_column("0"),
        ).label("members"),
    )
    .select_from(_actor)
    .outerjoin(_account, _account.c.actor_id == _actor.c.id)
    .outerjoin(_group, _group.c.actor_id == _actor.c.id)
    .outerjoin(
        _own,
        sa.and_(
            _own.c.group_id == _actor.c.id,
            _own.c.actor_id == _viewer.actor_id,
            _own.c.state == constant(MembershipState.ACTIVE),
        ),
    )
)
_is_known = sa.or_(
    sa.and_(
        _actor.c.kind == constant(ActorKind.PERSON),
        _viewer.actor_id != sa.literal_column("0"),
        is_seen(_viewer.actor_id, _actor.c.id),
    ),
    sa.exists(
        sa.select(_group.c.actor_id)
        .where(_group.c.actor_id == _actor.c.id, visible_to(_viewer, today=_today))
        .correlate_except(_group)
    ),
)
_is_known_to_visitors = sa.exists(
    sa.select(_group.c.actor_id)
    .where(_group.c.actor_id == _actor.c.id, visible_to(None, today=_today))
    .correlate_except(_group)
)
LIST_FACES: Final = HotStatement(_faces.where(is_in_bite(_actor.c.id)))
"""Of those who stand in something that the reader is known to see."""
LIST_KNOWN: Final = HotStatement(_faces.where(is_in_bite(_actor.c.id), _is_known))
LIST_KNOWN_TO_VISITORS: Final = HotStatement(
    _faces.where(is_in_bite(_actor.c.id), _is_known_to_visitors)
)


def list_faces(session: Session, viewer: Viewer | None, ids: Sequence[int]) -> dict[int, Face]:
    """By their ids, whoever they are: only for those who stand in what the reader sees."""
    return _list(session, viewer, LIST_FACES, ids)


def list_known_faces(
    session: Session, viewer: Viewer | None, ids: Sequence[int]
) -> dict[int, Face]:
    """Those of them who exist for the reader."""
    if viewer is None:
        return _list(session, None, LIST_KNOWN_TO_VISITORS, ids)
    return _list(session, viewer, LIST_KNOWN, ids)


def get_known_face(session: Session, viewer: Viewer | None, actor_id: int) -> Face:
    """Raises NotFound for whoever is not there, or not for this reader."""
    found = list_known_faces(session, viewer, [actor_id]).get(actor_id)
    if found is None:
        raise NotFound("person_not_found")
    return found


def _list(
    session: Session, viewer: Viewer | None, statement: HotStatement, ids: Sequence[int]
) -> dict[int, Face]:
    connection, today = session.connection(), clock.now().date()
    who = viewer.actor_id if viewer else _NOBODY
    wanted = list(dict.fromkeys(ids))
    return {
        row[0]: _face_of(row)
        for bite in in_bites(wanted)
        for row in statement.rows(connection, viewer=who, today=today, **bite)
    }


def _face_of(row: tuple[Any, ...]) -> Face:
    face = Face._make(row)
    if face.kind == ActorKind.GROUP and face.group_role is None:
        return face._replace(members=band_of(face.members).at_least)
    return face
