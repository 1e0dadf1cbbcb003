"""What is kept of deliveries that are over: of a post, where it went, as long as it is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any, Final
from zoneinfo import ZoneInfo

from federation.delivery.models import Trouble
from federation.delivery.statements import (
    FORGET_ACTIVITY,
    FORGET_BODY,
    GIVE_UP_ACTIVITY,
    LIST_EXPIRED,
)
from federation.keys import forget_replaced
from fedparents.db import Database, Fact, UnitOfWork
from fedparents.jobs import Job, JobKind, daily

_AT: Final = time(3, 50)
_AT_ONCE: Final = 100
_ZONE: Final = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class ForgettingDue(Fact):
    """It is night."""


def forgetting_job(db: Database) -> JobKind[Any]:
    async def forget(_job: Job[ForgettingDue]) -> None:
        while await db.write(forget_expired):
            pass
        await db.write(forget_replaced)

    return JobKind("outbox.forget", ForgettingDue, forget, next_run=daily(_AT, _ZONE))


def forget_expired(uow: UnitOfWork) -> int:
    """A bite of what nobody is told any more; how much that was.

    Its words go, and so does all of what carried no post. Where a post went is remembered, so that
    it can be taken back there.
    """
    connection = uow.session.connection()
    expired = LIST_EXPIRED.rows(connection, now=uow.now, most=_AT_ONCE)
    for activity_id, post_id in expired:
        GIVE_UP_ACTIVITY.run(connection, activity=activity_id, trouble=Trouble.TOO_OLD.value)
        forget = FORGET_ACTIVITY if post_id is None else FORGET_BODY
        forget.run(connection, activity=activity_id)
    return len(expired)
