"""Reading notifications: the bell, the page, and what a ring needs to know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final

from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.db import in_bites
from fedparents.notifications.kinds import Kind
from fedparents.notifications.statements import (
    COUNT_NEW,
    FIND_NEWEST,
    LIST_NOTIFICATIONS,
    LIST_SIFTED,
    LIST_TOLD,
)

NEWEST: Final = 1 << 53
"""Larger than any id of a notification: apps read them as numbers."""
_NAMES_AT_MOST: Final = 2


@dataclass(frozen=True, slots=True)
class NotificationView:
    """One thing that somebody was told, as it stands now."""

    id: int
    account_id: int
    kind: Kind
    bundle: str
    created_at: datetime
    is_new: bool
    actor_id: int | None
    actor_name: str
    """Empty when nobody did it, or when they are gone."""
    actor_handle: str
    group_id: int | None
    group_name: str
    subject_id: int | None
    detail: str
    text: str
    """What the post says that it is about, or its warning; Markdown."""
    root_text: str
    """The same of what that post answers."""
    is_own_thread: bool
    """The reader began it."""


@dataclass(frozen=True, slots=True)
class NotificationLine:
    """What is shown as one: several of one bundle, or a single one."""

    newest: NotificationView
    count: int
    names: tuple[str, ...]
    """Of the last of those who did it."""
    others: int
    """How many more people that were."""
    is_new: bool


@dataclass(frozen=True, slots=True)
class NotificationDay:
    day: date
    lines: list[NotificationLine]


def count_new(session: Session, viewer: Viewer) -> int:
    """How many lines the viewer has not seen; a hundred stand for any more."""
    ((count,),) = COUNT_NEW.rows(session.connection(), account_id=viewer.account_id, **moment())
    return int(count)


def find_newest(session: Session, viewer: Viewer) -> int:
    """The id of the last thing that the viewer was told, whether it still shows or not; 0: none."""
    ((newest,),) = FIND_NEWEST.rows(session.connection(), account_id=viewer.account_id)
    return newest or 0


def list_notifications(
    session: Session, viewer: Viewer, *, before: int = NEWEST, limit: int = 60
) -> list[NotificationView]:
    """What the viewer was told, the newest first, from an id downwards."""
    rows = LIST_NOTIFICATIONS.rows(
        session.connection(),
        account_id=viewer.account_id,
        before=before,
        most=limit,
        **moment(),
    )
    return [_view(row) for row in rows]


def list_sifted(
    session: Session, viewer: Viewer, actor_id: int, *, limit: int = 60
) -> list[NotificationView]:
    """What waits of one person for the viewer's yes, the newest first."""
    rows = LIST_SIFTED.rows(
        session.connection(), account_id=viewer.account_id, by=actor_id, most=limit, **moment()
    )
    return [_view(row) for row in rows]


def list_unseen(session: Session, account_id: int) -> list[NotificationView]:
    """The last of what somebody was told and has not seen; for the worker."""
    rows = LIST_NOTIFICATIONS.rows(
        session.connection(), account_id=account_id, before=NEWEST, most=60, **moment()
    )
    return [view for view in map(_view, rows) if view.is_new]


def list_told(session: Session, ids: Iterable[int]) -> list[NotificationView]:
    """Those of these notifications that their reader may still see, the newest first; for the
    worker."""
    connection, at = session.connection(), moment()
    rows = [row for bite in in_bites(list(ids)) for row in LIST_TOLD.rows(connection, **at, **bite)]
    return sorted(map(_view, rows), key=lambda view: view.id, reverse=True)


def moment() -> dict[str, object]:
    """Now, as the conditions on what is shown ask for it."""
    now = clock.now()
    return {"now": now, "today": now.date()}


def bundle_up(views: Iterable[NotificationView], zone: tzinfo) -> list[NotificationDay]:
    """By day, and what belongs together as one line where its newest stands."""
    days: dict[date, list[NotificationView]] = {}
    for view in views:
        days.setdefault(view.created_at.astimezone(zone).date(), []).append(view)
    return [NotificationDay(day, lines_of(told)) for day, told in days.items()]


def lines_of(views: Iterable[NotificationView]) -> list[NotificationLine]:
    """What belongs together as one line, whatever its day."""
    bundles: dict[str, list[NotificationView]] = {}
    for view in views:
        bundles.setdefault(view.bundle, []).append(view)
    return [line_of(bundle) for bundle in bundles.values()]


def line_of(views: list[NotificationView]) -> NotificationLine:
    """One line of all of these, the newest first."""
    people = {view.actor_id: view.actor_name for view in views if view.actor_name}
    names = tuple(people.values())[:_NAMES_AT_MOST]
    return NotificationLine(
        newest=views[0],
        count=len(views),
        names=names,
        others=len(people) - len(names),
        is_new=any(view.is_new for view in views),
    )


def _view(row: tuple[Any, ...]) -> NotificationView:
    return NotificationView(
        id=row[0],
        account_id=row[1],
        kind=Kind(row[2]),
        bundle=row[3],
        created_at=row[4],
        is_new=bool(row[5]),
        actor_id=row[6],
        actor_name=row[7] or "",
        actor_handle=row[8] or "",
        group_id=row[9],
        group_name=row[10] or "",
        subject_id=row[11],
        detail=row[12],
        text=row[13] or "",
        root_text=row[14] or "",
        is_own_thread=row[15] == row[16],
    )
