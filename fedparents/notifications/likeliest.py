"""Whose phone an ask may ring: the few members of a group who are likeliest to help.

Neighbours of the asker first, and those who have answered somebody in the group lately; whoever has
been asked three times within a day comes after the others, so that the same few do not carry it
all. Of equals those who were here last.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import select

from fedparents.accounts.models import Account
from fedparents.db import HotStatement, UnitOfWork, UTCDateTime, constant, table_of
from fedparents.groups.models import Membership, MembershipState
from fedparents.ids import first_id_at
from fedparents.notifications.kinds import Kind
from fedparents.notifications.listening import HAS_PUSH
from fedparents.notifications.models import HOPELESS_AFTER
from fedparents.notifications.shown import ACCOUNT, NOTE
from fedparents.places.models import Place
from fedparents.posts.models import Post

HELPERS_AT_MOST: Final = 25
_CANDIDATES: Final = 3 * HELPERS_AT_MOST
"""Some of them do not want to hear of it now."""
_ANSWERED_WITHIN: Final = timedelta(days=90)
_A_DAY: Final = timedelta(days=1)
_ENOUGH: Final = 3
# About six kilometres, in degrees as they are in France; a neighbour is a few streets or a bridge
# away, and nobody measures.
_NEAR_LAT: Final = 0.055
_NEAR_LON: Final = 0.08

_membership = table_of(Membership)
_place = table_of(Place)
_post = table_of(Post)
_group_id = bindparam("group_id", type_=sa.BigInteger)
_lat, _lon = bindparam("lat", type_=sa.Float), bindparam("lon", type_=sa.Float)

_distance = sa.case(
    (ACCOUNT.c.place_id == bindparam("place_id", type_=sa.BigInteger), sa.literal_column("0")),
    (
        sa.and_(
            _place.c.lat.between(_lat - _NEAR_LAT, _lat + _NEAR_LAT),
            _place.c.lon.between(_lon - _NEAR_LON, _lon + _NEAR_LON),
        ),
        sa.literal_column("1"),
    ),
    else_=sa.literal_column("2"),
)
_has_answered = sa.exists(
    sa.select(_post.c.id)
    .where(
        _post.c.author_actor_id == ACCOUNT.c.actor_id,
        _post.c.id > bindparam("answered_since", type_=sa.BigInteger),
        # A sum is in no index: by the author there are few posts, by the group very many.
        _post.c.group_id + sa.literal_column("0") == _group_id,
        _post.c.is_reply,
    )
    .correlate(ACCOUNT)
)
_rung = (
    sa.select(sa.func.count())
    .select_from(NOTE)
    .where(
        NOTE.c.account_id == ACCOUNT.c.id,
        NOTE.c.kind == constant(Kind.NEW_ASK),
        NOTE.c.rung_at > bindparam("rung_since", type_=UTCDateTime),
    )
    .correlate(ACCOUNT)
    .scalar_subquery()
)
LIST_HELPERS: Final = HotStatement(
    sa.select(ACCOUNT.c.id)
    .join_from(ACCOUNT, _membership, _membership.c.actor_id == ACCOUNT.c.actor_id)
    .outerjoin(_place, _place.c.id == ACCOUNT.c.place_id)
    .where(
        _membership.c.group_id == _group_id,
        _membership.c.state == constant(MembershipState.ACTIVE),
        sa.not_(_membership.c.is_muted),
        _membership.c.actor_id != bindparam("asker", type_=sa.BigInteger),
        HAS_PUSH,
    )
    .order_by(
        sa.case((_rung >= _ENOUGH, sa.literal_column("1")), else_=sa.literal_column("0")),
        _distance + sa.case((_has_answered, sa.literal_column("0")), else_=sa.literal_column("1")),
        ACCOUNT.c.last_seen_at.desc(),
        ACCOUNT.c.id,
    )
    .limit(bindparam("most", type_=sa.Integer))
)


def list_helpers(
    uow: UnitOfWork, group_id: int, asker_actor_id: int, told: Collection[int]
) -> list[int]:
    """Accounts among those who were told, the likeliest first; a few more than may be rung."""
    place = uow.session.exec(
        select(Place)
        .join(Account, Account.place_id == Place.id)  # type: ignore[arg-type]  # a condition
        .where(Account.actor_id == asker_actor_id)
    ).first()
    rows = LIST_HELPERS.rows(
        uow.session.connection(),
        group_id=group_id,
        place_id=place.id if place else None,
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        answered_since=first_id_at(uow.now - _ANSWERED_WITHIN),
        rung_since=uow.now - _A_DAY,
        now=uow.now,
        hopeless=uow.now - HOPELESS_AFTER,
        asker=asker_actor_id,
        most=_CANDIDATES,
    )
    return [account_id for (account_id,) in rows if account_id in told]
