"""Telling people of what happened, and what they have seen of it.

Whoever is told twice of the same thing is told once: the row is unique, and only a new one rings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, delete, func, select

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.notifications.kinds import RULES, Kind
from fedparents.notifications.models import Notification, NotificationReader
from fedparents.notifications.queries import list_told
from fedparents.notifications.sifting import SIFTED, sift
from fedparents.notifications.statements import (
    MARK_QUEUE_READ,
    MARK_THREAD_READ,
    TAKE_BACK,
    TELL_ACCOUNT,
    TELL_FOLLOWERS,
    TELL_MEMBERS,
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that happened, for however many people."""

    kind: Kind
    cause: str
    """The same whenever the same thing is told again."""
    bundle: str
    subject_id: int | None = None
    actor_id: int | None = None
    group_id: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A new line on somebody's page."""

    id: int
    account_id: int
    kind: Kind
    group_id: int | None


def tell(uow: UnitOfWork, notice: Notice, account_ids: Iterable[int]) -> list[Told]:
    """Write it down for these accounts; gives those who had not been told yet and may know."""
    connection = uow.session.connection()
    values = _values(notice, uow)
    told = [
        _told(notice, row)
        for account_id in account_ids
        for row in TELL_ACCOUNT.rows(connection, account_id=account_id, **values)
    ]
    shown = {view.id for view in list_told(uow.session, [each.id for each in told])}
    for each in told:
        if each.id not in shown:
            TAKE_BACK.run(connection, one=each.id)
    return _without_sifted(uow, [each for each in told if each.id in shown])


def tell_members(uow: UnitOfWork, notice: Notice, *, author: int, by: int) -> list[Told]:
    """Write it down for the members of its group, except its author; `by` is whom they see."""
    rows = TELL_MEMBERS.rows(uow.session.connection(), author=author, by=by, **_values(notice, uow))
    return [_told(notice, row) for row in rows]


def tell_followers(uow: UnitOfWork, notice: Notice, *, by: int) -> list[Told]:
    """Write it down for those who want to know of every post of its author, if they may read it."""
    rows = TELL_FOLLOWERS.rows(
        uow.session.connection(), author=by, by=by, today=uow.now.date(), **_values(notice, uow)
    )
    return [_told(notice, row) for row in rows]


def mark_seen(uow: UnitOfWork, viewer: Viewer, up_to: int) -> None:
    """All up to this one have been on the viewer's screen."""
    reader = get_reader(uow.session, viewer.account_id)
    if up_to > reader.seen_id:
        reader.seen_id = up_to
        uow.session.add(reader)


def mark_told_seen(uow: UnitOfWork, viewer: Viewer, up_to: int) -> None:
    """The same as an app says it: never beyond what the viewer has been told."""
    newest = select(func.max(Notification.id)).where(Notification.account_id == viewer.account_id)
    mark_seen(uow, viewer, min(up_to, uow.session.exec(newest).one() or 0))


def mark_thread_read(uow: UnitOfWork, viewer: Viewer, root_id: int) -> int:
    """The viewer looks at a post and its answers: the bell need not speak of them any more. Gives
    of how much it did."""
    return MARK_THREAD_READ.run(
        uow.session.connection(), account_id=viewer.account_id, root=root_id, now=uow.now
    )


def mark_queue_read(uow: UnitOfWork, viewer: Viewer, group_id: int) -> int:
    """The same for all that waits on the desk of a group."""
    return MARK_QUEUE_READ.run(
        uow.session.connection(), account_id=viewer.account_id, group_id=group_id, now=uow.now
    )


def take_back(uow: UnitOfWork, cause: str) -> None:
    """What waited for whoever was told of this waits no more: it goes."""
    uow.session.exec(delete(Notification).where(col(Notification.cause) == cause))


def forget_between(uow: UnitOfWork, account_id: int, actor_id: int) -> None:
    """What one person told another goes; what an office told stays."""
    kinds = [kind for kind, rule in RULES.items() if rule.is_between_people]
    uow.session.exec(
        delete(Notification).where(
            col(Notification.account_id) == account_id,
            col(Notification.actor_id) == actor_id,
            col(Notification.kind).in_(kinds),
        )
    )


def get_reader(session: Session, account_id: int) -> NotificationReader:
    """The row of an account; what is usual if there is none yet."""
    found = session.get(NotificationReader, account_id)
    return found or NotificationReader(account_id=account_id)


def _without_sifted(uow: UnitOfWork, told: list[Told]) -> list[Told]:
    sifted = sift(uow, [each.id for each in told if each.kind in SIFTED])
    return [each for each in told if each.id not in sifted]


def _told(notice: Notice, row: tuple[Any, ...]) -> Told:
    return Told(row[0], row[1], notice.kind, notice.group_id)


def _values(notice: Notice, uow: UnitOfWork) -> dict[str, Any]:
    return {
        "kind": notice.kind.value,
        "cause": notice.cause,
        "bundle": notice.bundle,
        "actor_id": notice.actor_id,
        "group_id": notice.group_id,
        "subject_id": notice.subject_id,
        "detail": notice.detail,
        "now": uow.now,
    }
