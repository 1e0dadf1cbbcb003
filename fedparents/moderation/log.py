"""The log of what was done in an office: for a group its managers, for the place its admins.

It is read from the audit log, which also holds what people do about themselves; that is nobody
else's business and is not listed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.audit.models import AuditEntry
from fedparents.authority import require_administrator
from fedparents.db import table_of
from fedparents.errors import NotFound
from fedparents.groups.access import get_seat
from fedparents.groups.policy import can_moderate
from fedparents.ids import GroupId
from fedparents.moderation.models import Report
from fedparents.moderation.policy import decided_by

A_PAGE: Final = 50


class LogLine(NamedTuple):
    """One thing that was done."""

    id: int
    at: datetime
    action: str
    reason: str
    subject_id: int | None
    by: str
    """Empty: the place itself, or somebody who is gone."""
    subject: str
    """The name of a person or group; empty for what has none."""


class LogPage(NamedTuple):
    lines: tuple[LogLine, ...]
    older: int | None
    """Before which entry the next page goes on; None at the end."""


_entry = table_of(AuditEntry)
_by, _subject = table_of(Actor).alias("by_actor"), table_of(Actor).alias("subject")


def list_group_log(
    session: Session,
    viewer: Viewer,
    group_id: GroupId,
    actions: Collection[str],
    *,
    before: int | None = None,
) -> LogPage:
    """Raises NotFound for everybody who does not decide in the group."""
    seat = get_seat(session, viewer, group_id, today=clock.now().date())
    if not can_moderate(seat.group, seat.standing):
        raise NotFound("group_not_found")
    return _page(session, viewer, actions, before, _entry.c.group_id == group_id)


def list_place_log(
    session: Session, viewer: Viewer, actions: Collection[str], *, before: int | None = None
) -> LogPage:
    """All but the inner matters of groups; raises NotFound for who is no administrator."""
    require_administrator(viewer)
    return _page(session, viewer, actions, before)


def _page(
    session: Session,
    viewer: Viewer,
    actions: Collection[str],
    before: int | None,
    *conditions: sa.ColumnElement[bool],
) -> LogPage:
    older = [_entry.c.id < before] if before else []
    found = session.execute(
        sa.select(
            _entry.c.id,
            _entry.c.created_at,
            _entry.c.action,
            sa.func.coalesce(_entry.c.reason, ""),
            _entry.c.subject_id,
            sa.func.coalesce(_by.c.display_name, ""),
            sa.func.coalesce(_subject.c.display_name, ""),
        )
        .select_from(_entry)
        .outerjoin(_by, _by.c.id == _entry.c.by_actor_id)
        .outerjoin(_subject, _subject.c.id == _entry.c.subject_id)
        .where(_entry.c.action.in_(actions), _is_known(viewer), *conditions, *older)
        .order_by(_entry.c.id.desc())
        .limit(A_PAGE + 1)
    ).all()
    lines = tuple(LogLine._make(row) for row in found)
    return LogPage(lines[:A_PAGE], lines[A_PAGE - 1].id if len(lines) > A_PAGE else None)


def _is_known(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Of a report only who decides about it may know: never whom it is about."""
    own = select(Report.id).where(
        col(Report.id) == _entry.c.subject_id, decided_by(viewer, now=clock.now())
    )
    is_report = _entry.c.action.startswith("report.", autoescape=True)
    return sa.or_(sa.not_(is_report), sa.exists(own.correlate(_entry)))
