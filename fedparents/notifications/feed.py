"""What programs are told of: the same rows as on the page, of kinds that apps have words for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, delete

from fedparents.accounts.sessions import Viewer
from fedparents.conversations.models import ConversationMember
from fedparents.db import HotStatement, UnitOfWork, table_of
from fedparents.errors import NotFound
from fedparents.notifications.alerts import ALERTS
from fedparents.notifications.kinds import Kind
from fedparents.notifications.models import Notification
from fedparents.notifications.queries import moment
from fedparents.notifications.shown import ACCOUNT, MAY_BE_TOLD, NOTE, of_kind
from fedparents.notifications.statements import counting_new
from fedparents.paging import Paging

KINDS: Final = tuple(ALERTS)
_NO_KIND: Final = ""

_letters = table_of(ConversationMember).alias("letters")
_account_id = bindparam("account_id", type_=sa.BigInteger)
_slots: Final = tuple(f"kind_{number}" for number in range(len(KINDS)))
_newest_letter = (
    sa.select(_letters.c.last_post_id)
    .where(
        _letters.c.conversation_id == NOTE.c.subject_id,
        _letters.c.actor_id == ACCOUNT.c.actor_id,
    )
    .correlate(NOTE, ACCOUNT)
    .scalar_subquery()
)


class Notified(NamedTuple):
    """One thing that somebody was told, by ids alone."""

    id: int
    kind: Kind
    bundle: str
    actor_id: int | None
    post_id: int | None
    """What it is about; of letters the newest."""
    created_at: datetime


def _list(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(
            NOTE.c.id,
            NOTE.c.kind,
            NOTE.c.bundle,
            NOTE.c.actor_id,
            sa.case((of_kind(Kind.MESSAGE), _newest_letter), else_=NOTE.c.subject_id),
            NOTE.c.created_at,
        )
        .join_from(NOTE, ACCOUNT, ACCOUNT.c.id == NOTE.c.account_id)
        .where(
            NOTE.c.account_id == _account_id,
            NOTE.c.kind.in_([bindparam(slot, type_=sa.String) for slot in _slots]),
            MAY_BE_TOLD,
            *conditions,
        )
    )


_within = _list(
    NOTE.c.id < bindparam("below", type_=sa.BigInteger),
    NOTE.c.id > bindparam("above", type_=sa.BigInteger),
    sa.or_(
        bindparam("by", type_=sa.BigInteger) == sa.literal_column("0"),
        NOTE.c.actor_id == bindparam("by", type_=sa.BigInteger),
    ),
    sa.or_(sa.not_(NOTE.c.is_sifted), bindparam("sifted_too", type_=sa.Boolean)),
).limit(bindparam("limit", type_=sa.Integer))
LIST_DOWN: Final = HotStatement(_within.order_by(NOTE.c.id.desc()))
LIST_UP: Final = HotStatement(_within.order_by(NOTE.c.id.asc()))
FIND_ONE: Final = HotStatement(_list(NOTE.c.id == bindparam("one", type_=sa.BigInteger)))

COUNT_NEW: Final = counting_new(of_kind(*KINDS))


def count_new_notified(session: Session, viewer: Viewer) -> int:
    """How many lines that apps list the viewer has not seen; a hundred stand for any more."""
    ((count,),) = COUNT_NEW.rows(session.connection(), account_id=viewer.account_id, **moment())
    return int(count)


def list_notified(
    session: Session,
    viewer: Viewer,
    kinds: Sequence[Kind],
    paging: Paging,
    *,
    by: int | None = None,
    sifted_too: bool = False,
) -> list[Notified]:
    """A page of these kinds, the newest first; `by` one person alone, `sifted_too` with what waits
    for a yes."""
    statement = LIST_UP if paging.goes_up else LIST_DOWN
    rows = statement.rows(
        session.connection(),
        account_id=viewer.account_id,
        below=paging.below,
        above=paging.above,
        limit=paging.limit,
        by=by or 0,
        sifted_too=sifted_too,
        **_of(kinds),
        **moment(),
    )
    return [_notified(row) for row in paging.newest_first(rows)]


def get_notified(session: Session, viewer: Viewer, number: int) -> Notified:
    """One of the viewer's; raises NotFound."""
    rows = FIND_ONE.rows(
        session.connection(), account_id=viewer.account_id, one=number, **_of(KINDS), **moment()
    )
    if not rows:
        raise NotFound("not_found")
    return _notified(rows[0])


def forget_one(uow: UnitOfWork, viewer: Viewer, number: int) -> None:
    """Take one away; nothing happens where it is not, or is not the viewer's."""
    own = col(Notification.account_id) == viewer.account_id
    uow.session.exec(delete(Notification).where(own, col(Notification.id) == number))


def forget_all(uow: UnitOfWork, viewer: Viewer) -> None:
    """Take away what apps list; what waits for a decision stays where it is decided."""
    own = col(Notification.account_id) == viewer.account_id
    listed = col(Notification.kind).in_(KINDS)
    uow.session.exec(delete(Notification).where(own, listed))


def _of(kinds: Sequence[Kind]) -> dict[str, str]:
    words = [kind.value for kind in KINDS if kind in kinds]
    return dict(zip(_slots, words + [_NO_KIND] * (len(_slots) - len(words)), strict=True))


def _notified(row: tuple[Any, ...]) -> Notified:
    number, kind, bundle, actor_id, post_id, created_at = row
    return Notified(number, Kind(kind), bundle, actor_id, post_id, created_at)
