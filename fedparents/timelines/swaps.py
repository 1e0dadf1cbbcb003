"""Asks and offers wherever the reader may read them, for programs."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.db import constant, table_of
from fedparents.paging import Paging
from fedparents.posts.models import Post, PostKind, PostState
from fedparents.social.models import FilterContext
from fedparents.social.policy import not_muted
from fedparents.swaps.models import Direction, Swap
from fedparents.timelines.cards import ACTOR, NOW
from fedparents.timelines.full import FullPage, list_span
from fedparents.timelines.full_cards import select_full
from fedparents.timelines.spans import Spanned

_post = table_of(Post)
_swap = table_of(Swap)
_DIRECTION: Final = bindparam("direction", type_=sa.String)
_ONLY_OPEN: Final = bindparam("only_open", type_=sa.Boolean)
_ONLY_CLOSED: Final = bindparam("only_closed", type_=sa.Boolean)
_GROUP: Final = bindparam("in_group", type_=sa.BigInteger)
_ANY: Final[sa.ColumnElement[str]] = sa.literal_column("''")
_ANYWHERE: Final = -1
"""No group has this number."""

SWAPS: Final = Spanned(
    select_full(
        _post.c.kind == constant(PostKind.SWAP),
        _post.c.state == constant(PostState.VISIBLE),
        _post.c.is_reply == sa.false(),
        not_muted(ACTOR, _post.c.author_actor_id, NOW),
        sa.or_(_DIRECTION == _ANY, _swap.c.direction == _DIRECTION),
        sa.or_(
            sa.not_(_ONLY_OPEN),
            sa.and_(
                _post.c.closed_at.is_(None),
                sa.or_(_swap.c.expires_at.is_(None), _swap.c.expires_at > NOW),
            ),
        ),
        sa.or_(sa.not_(_ONLY_CLOSED), _post.c.closed_at.is_not(None)),
        sa.or_(sa.literal_column(str(_ANYWHERE)) == _GROUP, _post.c.group_id == _GROUP),
    ),
    _post.c.id,
)


def read_swaps(
    session: Session,
    viewer: Viewer,
    paging: Paging,
    *,
    direction: Direction | None = None,
    is_closed: bool | None = None,
    group_id: int | None = None,
) -> FullPage:
    """Of one direction or both, open, closed or either, in one group or anywhere."""
    return list_span(
        session,
        viewer,
        SWAPS,
        paging,
        FilterContext.HOME,
        direction=direction or "",
        only_open=is_closed is False,
        only_closed=is_closed is True,
        in_group=_ANYWHERE if group_id is None else group_id,
    )
