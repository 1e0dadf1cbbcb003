"""Of whom people hear at once, of whom after a yes, and of whom never."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, delete, update

from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.db import HotStatement, UnitOfWork, UTCDateTime, constant, table_of
from fedparents.errors import NotFound
from fedparents.notifications.kinds import Kind
from fedparents.notifications.models import (
    Notification,
    Sifting,
    SiftingRule,
    WelcomeSender,
)
from fedparents.notifications.queries import moment
from fedparents.notifications.shown import ACCOUNT, NOTE, WAITS, of_kind
from fedparents.paging import Paging
from fedparents.social.policy import is_following

_COUNTED: Final = 100
"""Nobody counts further."""
NEW_FOR: Final = timedelta(days=30)
SIFTED: Final = (Kind.ANSWER, Kind.MENTION, Kind.THANKS, Kind.SHARED, Kind.FOLLOW)
"""What anybody can make somebody hear. Whoever asks to follow is decided on anyway."""

_rule = table_of(SiftingRule)
_welcome = table_of(WelcomeSender)
_by = table_of(Actor).alias("sifted_actor")
_one = bindparam("one", type_=sa.BigInteger)
_account_id = bindparam("account_id", type_=sa.BigInteger)
_is_new = sa.exists(
    sa.select(_by.c.id)
    .where(
        _by.c.id == NOTE.c.actor_id, _by.c.created_at > bindparam("new_since", type_=UTCDateTime)
    )
    .correlate(NOTE)
)
_GROUNDS: Final = (
    (_rule.c.not_following, ~is_following(ACCOUNT.c.actor_id, NOTE.c.actor_id)),
    (_rule.c.not_followers, ~is_following(NOTE.c.actor_id, ACCOUNT.c.actor_id)),
    (_rule.c.new_accounts, _is_new),
)


def _says(verdict: Sifting) -> sa.ColumnElement[bool]:
    return sa.or_(*(sa.and_(rule == constant(verdict), holds) for rule, holds in _GROUNDS))


_is_welcome = sa.exists(
    sa.select(_welcome.c.account_id)
    .where(_welcome.c.account_id == NOTE.c.account_id, _welcome.c.actor_id == NOTE.c.actor_id)
    .correlate(NOTE)
)
FIND_VERDICT: Final = HotStatement(
    sa.select(
        sa.case(
            (_says(Sifting.DROP), constant(Sifting.DROP)),
            (_says(Sifting.FILTER), constant(Sifting.FILTER)),
            else_=constant(Sifting.ACCEPT),
        ).label("verdict")
    )
    .select_from(NOTE)
    .join(ACCOUNT, ACCOUNT.c.id == NOTE.c.account_id)
    .join(_rule, _rule.c.account_id == NOTE.c.account_id)
    .where(
        NOTE.c.id == _one,
        NOTE.c.actor_id.is_not(None),
        NOTE.c.group_id.is_(None),
        of_kind(*SIFTED),
        sa.not_(_is_welcome),
    )
)
_newest = sa.func.max(NOTE.c.id)
_waiting = (
    sa.select(
        NOTE.c.actor_id,
        sa.func.count().label("count"),
        _newest.label("newest"),
        sa.func.min(NOTE.c.created_at).label("since"),
        sa.func.max(NOTE.c.created_at).label("last"),
    )
    .join_from(NOTE, ACCOUNT, ACCOUNT.c.id == NOTE.c.account_id)
    .where(NOTE.c.account_id == _account_id, WAITS)
    .group_by(NOTE.c.actor_id)
)


@dataclass(frozen=True, slots=True)
class SiftingDraft:
    """From whom somebody wants to hear; None leaves it as it is."""

    not_following: Sifting | None = None
    not_followers: Sifting | None = None
    new_accounts: Sifting | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody of whom there is something to be told, after a yes."""

    actor_id: int
    count: int
    newest_id: int
    since_at: datetime
    last_at: datetime


def sift(uow: UnitOfWork, ids: Iterable[int]) -> set[int]:
    """What has just been written down, by its readers' rules; gives those that are not told now."""
    connection, since = uow.session.connection(), uow.now - NEW_FOR
    verdicts = {
        number: row[0]
        for number in ids
        for row in FIND_VERDICT.rows(connection, one=number, new_since=since)
    }
    waiting = [number for number, verdict in verdicts.items() if verdict == Sifting.FILTER]
    dropped = [number for number, verdict in verdicts.items() if verdict == Sifting.DROP]
    number = col(Notification.id)
    if waiting:
        uow.session.exec(update(Notification).where(number.in_(waiting)).values(is_sifted=True))
    if dropped:
        uow.session.exec(delete(Notification).where(number.in_(dropped)))
    return {*waiting, *dropped}


def get_sifting(session: Session, viewer: Viewer) -> SiftingRule:
    """What is usual where they have said nothing."""
    found = session.get(SiftingRule, viewer.account_id)
    return found or SiftingRule(account_id=viewer.account_id)


def change_sifting(uow: UnitOfWork, viewer: Viewer, draft: SiftingDraft) -> None:
    """Only what comes from now on; what waits goes on waiting."""
    rule = get_sifting(uow.session, viewer)
    rule.not_following = draft.not_following or rule.not_following
    rule.not_followers = draft.not_followers or rule.not_followers
    rule.new_accounts = draft.new_accounts or rule.new_accounts
    uow.session.add(rule)


def list_waiting(session: Session, viewer: Viewer, paging: Paging) -> list[Waiting]:
    """Who waits, the last first; a page goes on by the newest thing of each."""
    waiting = _waiting.having(_newest < paging.below, _newest > paging.above)
    order = _newest.asc() if paging.goes_up else _newest.desc()
    at = {"account_id": viewer.account_id, **moment()}
    rows = session.connection().execute(waiting.order_by(order).limit(paging.limit), at).all()
    return [Waiting(*row) for row in paging.newest_first(rows)]


def get_waiting(session: Session, viewer: Viewer, actor_id: int) -> Waiting:
    """Raises NotFound."""
    at = {"account_id": viewer.account_id, **moment()}
    one = _waiting.where(NOTE.c.actor_id == actor_id)
    row = session.connection().execute(one, at).first()
    if row is None:
        raise NotFound
    return Waiting(*row)


def count_waiting(session: Session, viewer: Viewer) -> tuple[int, int]:
    """How many people wait, and of how much."""
    found = list_waiting(session, viewer, Paging(_COUNTED))
    return len(found), sum(each.count for each in found)


def welcome_sender(uow: UnitOfWork, viewer: Viewer, actor_id: int) -> None:
    """Hear from somebody from now on, and of all that waited. Raises NotFound."""
    get_waiting(uow.session, viewer, actor_id)
    if uow.session.get(WelcomeSender, (viewer.account_id, actor_id)) is None:
        uow.session.add(WelcomeSender(account_id=viewer.account_id, actor_id=actor_id))
    told = update(Notification).where(*_theirs(viewer, actor_id)).values(is_sifted=False)
    uow.session.exec(told)


def forget_sender(uow: UnitOfWork, viewer: Viewer, actor_id: int) -> None:
    """Let go of what waits of them; what they do next waits again. Raises NotFound."""
    get_waiting(uow.session, viewer, actor_id)
    uow.session.exec(delete(Notification).where(*_theirs(viewer, actor_id)))


def _theirs(viewer: Viewer, actor_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Notification.account_id) == viewer.account_id,
        col(Notification.actor_id) == actor_id,
        col(Notification.is_sifted) == sa.true(),
    )
