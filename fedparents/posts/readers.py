"""How many people will be able to read something, before it is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.models import Account
from fedparents.accounts.policy import SIGNS_IN
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor, Standing
from fedparents.db import HotStatement, constant, is_one_of, table_of
from fedparents.groups.models import Group, Membership, MembershipState
from fedparents.groups.policy import readable_by
from fedparents.ids import GroupId
from fedparents.posts.models import Audience
from fedparents.posts.policy import TOWN
from fedparents.social.models import Block

_account = table_of(Account)
_actor = table_of(Actor)
_group = table_of(Group)
_membership = table_of(Membership)
_block = table_of(Block)
_author: Final = bindparam("author", type_=sa.BigInteger)
_place: Final = bindparam("group", type_=sa.BigInteger)
# Only those whom the author has blocked are left out. Whoever has blocked the author is counted:
# a number that is one short of the group's would tell that somebody has.
_not_shut_out = ~sa.exists().where(
    _block.c.by_actor_id == _author, _block.c.actor_id == _account.c.actor_id
)
_present = sa.and_(is_one_of(_account.c.state, SIGNS_IN), _not_shut_out)


_guest = sa.and_(
    _membership.c.group_id == _place,
    _membership.c.state == constant(MembershipState.ACTIVE),
    _actor.c.domain != sa.literal_column("''"),
    _actor.c.standing == constant(Standing.ALLY),
)
LIST_READER_TOWNS = HotStatement(
    sa.union(
        sa.select(_actor.c.domain)
        .join_from(_membership, _actor, _actor.c.id == _membership.c.actor_id)
        .where(_guest),
        sa.select(_actor.c.domain).where(
            _actor.c.id == _place, _actor.c.domain != sa.literal_column("''")
        ),
    ).order_by("domain")
)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Each account in turn, where a rule of groups asks who reads."""

    actor_id: sa.ColumnElement[int]


COUNT_MEMBERS = HotStatement(
    sa.select(sa.func.count())
    .select_from(_membership)
    .join(_account, _account.c.actor_id == _membership.c.actor_id)
    .where(
        _membership.c.group_id == _place,
        _membership.c.state == constant(MembershipState.ACTIVE),
        _present,
    )
)
COUNT_GROUP_READERS = HotStatement(
    sa.select(sa.func.count())
    .select_from(_account)
    .join(_group, _group.c.actor_id == _place)
    .where(
        _present,
        readable_by(_Reader(_account.c.actor_id), today=bindparam("today", type_=sa.Date)),
    )
)
COUNT_TOWN = HotStatement(sa.select(sa.func.count()).select_from(_account).where(_present))


def count_readers(
    session: Session, viewer: Viewer, group_id: GroupId | None, audience: Audience
) -> int:
    """The people of this place, the author among them, who could read what the viewer says there
    now; whoever is beyond it, and whoever has blocked the viewer, is not told apart."""
    connection, author = session.connection(), viewer.actor_id
    if group_id is None:
        ((count,),) = COUNT_TOWN.rows(connection, author=author)
    elif audience in TOWN:
        today = clock.now().date()
        ((count,),) = COUNT_GROUP_READERS.rows(
            connection, author=author, group=group_id, today=today
        )
    else:
        ((count,),) = COUNT_MEMBERS.rows(connection, author=author, group=group_id)
    return int(count)


def list_reader_towns(session: Session, group_id: GroupId | None) -> list[str]:
    """The other towns in which what is said in a closed group is read: its own, if it is in
    another, or those of its members, as long as they are allies."""
    if group_id is None:
        return []
    rows = LIST_READER_TOWNS.rows(session.connection(), group=group_id)
    return [town for (town,) in rows]
