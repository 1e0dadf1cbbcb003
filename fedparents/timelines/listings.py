"""What is asked for and offered wherever the reader may read it, to leaf through: what is open now,
the newest first, or what one asks and offers oneself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.db import HotStatement, constant, table_of
from fedparents.places.distance import circle_around, is_within
from fedparents.places.models import Place
from fedparents.posts.anonymous import ids_written_by
from fedparents.posts.models import Post, PostKind, PostState
from fedparents.social.models import FilterContext
from fedparents.social.policy import not_muted
from fedparents.swaps.models import Direction, Swap
from fedparents.timelines.cards import ACTOR, NOW, SEEN, select_any, select_cards
from fedparents.timelines.distances import find_spot
from fedparents.timelines.queries import Feed, feed_of

SHELF: Final = 24
"""Two, three and four beside each other fill their rows."""

_post = table_of(Post)
_swap = table_of(Swap)
_account = table_of(Account).alias("giver")
_place = table_of(Place).alias("giver_place")
_before: Final = bindparam("before", type_=sa.BigInteger)
_limit: Final = bindparam("limit", type_=sa.Integer)
_direction: Final = bindparam("direction", type_=sa.String)
_category: Final = bindparam("category", type_=sa.String)
_leaf: Final = bindparam("leaf", type_=sa.String)
_size: Final = bindparam("size", type_=sa.String)
_age: Final = bindparam("age", type_=sa.Integer)
_ANY: Final[sa.ColumnElement[str]] = sa.literal_column("''")
_NO_AGE: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What somebody leafs through; what is empty is not asked."""

    direction: Direction | None = None
    category: str = ""
    """A key of `categories.TREE`; a root means its leaves, too."""
    size: str = ""
    age: int | None = None
    """Months of a child. What does not say for whom it is may fit."""
    within_km: int | None = None


def _ordered(statement: sa.Select[Any]) -> sa.Select[Any]:
    return statement.where(_post.c.id < _before).order_by(_post.c.id.desc()).limit(_limit)


_OPEN: Final = (
    _post.c.kind == constant(PostKind.SWAP),
    _post.c.state == constant(PostState.VISIBLE),
    _post.c.is_reply == sa.false(),
    _post.c.closed_at.is_(None),
    sa.or_(_swap.c.expires_at.is_(None), _swap.c.expires_at > NOW),
    not_muted(ACTOR, _post.c.author_actor_id, NOW),
    sa.or_(_direction == _ANY, _swap.c.direction == _direction),
    sa.or_(
        _category == _ANY,
        _swap.c.category == _category,
        _swap.c.category.startswith(_leaf),
    ),
    sa.or_(_size == _ANY, sa.func.lower(_swap.c.size) == _size),
    sa.or_(
        sa.literal_column(str(_NO_AGE)) == _age,
        sa.and_(
            sa.or_(_swap.c.age_from.is_(None), _swap.c.age_from <= _age),
            sa.or_(_swap.c.age_to.is_(None), _swap.c.age_to >= _age),
        ),
    ),
)
LIST_OPEN: Final = HotStatement(_ordered(select_cards(*_OPEN)))
LIST_NEAR: Final = HotStatement(
    _ordered(
        select_cards(*_OPEN)
        .join(_account, _account.c.actor_id == _post.c.author_actor_id)
        .join(_place, _place.c.id == _account.c.place_id)
        .where(is_within(_place.c.lat, _place.c.lon))
    )
)
LIST_MINE: Final = HotStatement(
    _ordered(
        select_any(
            SEEN,
            _post.c.id.in_(ids_written_by(ACTOR)),
            _post.c.kind == constant(PostKind.SWAP),
            _post.c.state != constant(PostState.DELETED),
            _post.c.is_reply == sa.false(),
        )
    )
)


def list_listings(
    session: Session, viewer: Viewer, sought: Sought, *, before: int | None = None
) -> Feed:
    """A page of what is open; whoever has not said where they live looks everywhere."""
    spot = find_spot(session, viewer) if sought.within_km is not None else None
    circle = circle_around(spot.lat, spot.lon, sought.within_km or 0) if spot is not None else {}
    return feed_of(
        session,
        viewer,
        LIST_NEAR if circle else LIST_OPEN,
        FilterContext.HOME,
        before=before,
        limit=SHELF,
        direction=sought.direction or "",
        category=sought.category,
        leaf=f"{sought.category}/",
        size=sought.size.lower(),
        age=_NO_AGE if sought.age is None else sought.age,
        **circle,
    )


def list_own_listings(session: Session, viewer: Viewer, *, before: int | None = None) -> Feed:
    """All that one asks and offers, settled or not, also without one's name."""
    return feed_of(session, viewer, LIST_MINE, None, before=before, limit=SHELF)
