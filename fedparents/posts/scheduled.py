"""What is to be said later: kept as its author's app sent it, and said once when its time comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from fedparents.accounts.policy import SIGNS_IN
from fedparents.accounts.sessions import Viewer, select_viewers, viewer_of_row
from fedparents.db import HotStatement, UnitOfWork, table_of
from fedparents.errors import Invalid, NotFound
from fedparents.media.service import keep_photos
from fedparents.paging import Paging
from fedparents.posts.facts import PostScheduled
from fedparents.posts.models import ScheduledPost

SOONEST: Final = timedelta(minutes=5)
LATEST: Final = timedelta(days=366)
MOST: Final = 100
_NO_SESSION: Final = 0

_scheduled = table_of(ScheduledPost)
_FIND_VIEWER: Final = HotStatement(
    select_viewers(_scheduled).where(_scheduled.c.id == bindparam("one", type_=sa.BigInteger))
)


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be said now, and for whom."""

    id: int
    viewer: Viewer
    draft: str
    text: str


def schedule_post(
    uow: UnitOfWork, viewer: Viewer, draft: str, text: str, photo_ids: Sequence[int], at: datetime
) -> ScheduledPost:
    """Keep it until then. Whether it could be said now, the caller has tried. Raises Invalid."""
    _check_time(uow, at)
    waiting = select(func.count()).where(ScheduledPost.account_id == viewer.account_id)
    if uow.session.exec(waiting).one() >= MOST:
        raise Invalid({"scheduled_at": "too_many_scheduled"}, at_most=MOST)
    scheduled = ScheduledPost(
        id=uow.new_id(),
        account_id=viewer.account_id,
        draft=draft,
        text=text,
        photo_ids=" ".join(map(str, photo_ids)),
        scheduled_at=at,
        created_at=uow.now,
    )
    uow.session.add(scheduled)
    _plan(uow, viewer, scheduled)
    return scheduled


def reschedule_post(
    uow: UnitOfWork, viewer: Viewer, scheduled_id: int, at: datetime
) -> ScheduledPost:
    """Say it at another time. Raises NotFound, Invalid."""
    scheduled = get_scheduled(uow.session, viewer, scheduled_id)
    _check_time(uow, at)
    scheduled.scheduled_at = at
    scheduled.problem = ""
    uow.session.add(scheduled)
    _plan(uow, viewer, scheduled)
    return scheduled


def cancel_scheduled(uow: UnitOfWork, viewer: Viewer, scheduled_id: int) -> None:
    """Say it never; its photos are forgotten like all that were sent for nothing."""
    uow.session.delete(get_scheduled(uow.session, viewer, scheduled_id))


def get_scheduled(session: Session, viewer: Viewer, scheduled_id: int) -> ScheduledPost:
    """One of the viewer's own; raises NotFound."""
    found = session.get(ScheduledPost, scheduled_id)
    if found is None or found.account_id != viewer.account_id:
        raise NotFound("not_found")
    return found


def list_scheduled(session: Session, viewer: Viewer, paging: Paging) -> list[ScheduledPost]:
    """The viewer's own, the last that were written first."""
    own = select(ScheduledPost).where(ScheduledPost.account_id == viewer.account_id)
    rows = session.exec(paging.narrow(own, col(ScheduledPost.id)))
    return paging.newest_first(rows.all())


def find_due(session: Session, scheduled_id: int, now: datetime) -> Due | None:
    """What is to be said now; None when it was said, taken back or put off, or when its author may
    not sign in any more."""
    found = session.get(ScheduledPost, scheduled_id)
    if found is None or found.problem or found.scheduled_at > now:
        return None
    (row,) = _FIND_VIEWER.rows(session.connection(), one=scheduled_id)
    viewer = viewer_of_row(row, session_id=_NO_SESSION, seen_at=found.created_at)
    if viewer.state not in SIGNS_IN:
        return None
    return Due(found.id, viewer, found.draft, found.text)


def take_due(uow: UnitOfWork, due: Due) -> bool:
    """Take it out in the commit that says it; False when somebody else did, or its author."""
    held = select(ScheduledPost).where(ScheduledPost.id == due.id).with_for_update()
    found = uow.session.exec(held).one_or_none()
    if found is None or found.scheduled_at > uow.now:
        return False
    uow.session.delete(found)
    return True


def note_problem(uow: UnitOfWork, due: Due, problem: str) -> None:
    """It could not be said: it stays with its author's others, as what was not said."""
    found = uow.session.get(ScheduledPost, due.id)
    if found is not None:
        found.problem = problem
        uow.session.add(found)


def _check_time(uow: UnitOfWork, at: datetime) -> None:
    if not uow.now + SOONEST <= at <= uow.now + LATEST:
        raise Invalid({"scheduled_at": "cannot_be_scheduled"})


def _plan(uow: UnitOfWork, viewer: Viewer, scheduled: ScheduledPost) -> None:
    keep_photos(uow, viewer, scheduled.photos, until=scheduled.scheduled_at)
    uow.record(PostScheduled(scheduled.id), at=scheduled.scheduled_at)
