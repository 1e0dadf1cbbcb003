"""What follows when somebody said something: it comes home to its readers, and can be found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from sqlmodel import Session

from fedparents.accounts.facts import AccountErased
from fedparents.db import Database, UnitOfWork
from fedparents.events.retention import forget_host
from fedparents.groups.facts import MemberJoined
from fedparents.jobs import Job, JobKind, daily
from fedparents.posts.facts import (
    PostEdited,
    PostFound,
    PostPublished,
    PostWithdrawn,
    Shared,
    ShareEnded,
)
from fedparents.posts.retention import forget_author
from fedparents.search.service import index_post, is_to_be_found
from fedparents.timelines.facts import HomesDue
from fedparents.timelines.service import (
    empty_shared,
    fill_homes,
    fill_shared,
    is_for_homes,
    trim_homes,
    welcome_home,
)
from web.api.streaming.hints import Hints, What

log = structlog.get_logger(__name__)

_TRIM_AT: Final = time(3, 50)
_ZONE: Final = ZoneInfo("Europe/Paris")


def post_jobs(db: Database, hints: Hints) -> tuple[JobKind[Any], ...]:
    """Who works on what is published, joined and erased."""

    async def published(job: Job[PostPublished]) -> None:
        await db.write(fill_homes, job.fact.post_id)
        hints.tell(What.HOME, job.fact.post_id)

    async def all_published(jobs: Sequence[Job[PostPublished]]) -> Sequence[Job[PostPublished]]:
        await db.write(_of_each, fill_homes, jobs)
        for job in jobs:
            hints.tell(What.HOME, job.fact.post_id)
        return ()

    async def all_to_find(jobs: Sequence[Job[PostPublished]]) -> Sequence[Job[PostPublished]]:
        await db.write(_of_each, index_post, jobs)
        return ()

    async def to_find(
        job: Job[PostPublished] | Job[PostFound] | Job[PostEdited] | Job[PostWithdrawn],
    ) -> None:
        await db.write(index_post, job.fact.post_id)

    async def joined(job: Job[MemberJoined]) -> None:
        await db.write(welcome_home, job.fact.group_id, job.fact.actor_id)

    async def erased(job: Job[AccountErased]) -> None:
        await db.write(forget_author, job.fact.actor_id)

    async def host_erased(job: Job[AccountErased]) -> None:
        await db.write(forget_host, job.fact.actor_id)

    async def trim(_job: Job[HomesDue]) -> None:
        log.info("homes.trimmed", entries=await db.write(trim_homes))

    return (
        JobKind("timelines.fill", PostPublished, published, _is_for_homes, run_all=all_published),
        JobKind("search.published", PostPublished, to_find, _is_to_be_found, run_all=all_to_find),
        *_sharing_jobs(db, hints),
        JobKind("search.found", PostFound, to_find),
        JobKind("search.edited", PostEdited, to_find),
        JobKind("search.withdrawn", PostWithdrawn, to_find),
        JobKind("timelines.welcome", MemberJoined, joined),
        JobKind("timelines.trim", HomesDue, trim, next_run=daily(_TRIM_AT, _ZONE)),
        JobKind("posts.forget_author", AccountErased, erased),
        JobKind("events.forget_host", AccountErased, host_erased),
    )


def _sharing_jobs(db: Database, hints: Hints) -> tuple[JobKind[Any], ...]:
    async def shared(job: Job[Shared]) -> None:
        await db.write(fill_shared, job.fact.share_id)
        hints.tell(What.PASSED_ON, job.fact.share_id)

    async def ended(job: Job[ShareEnded]) -> None:
        await db.write(empty_shared, job.fact.share_id, job.fact.post_id)

    return (
        JobKind("timelines.fill_shared", Shared, shared),
        JobKind("timelines.empty_shared", ShareEnded, ended),
    )


def _of_each(
    uow: UnitOfWork,
    service: Callable[[UnitOfWork, int], object],
    jobs: Sequence[Job[PostPublished]],
) -> None:
    for job in jobs:
        service(uow, job.fact.post_id)


def _is_to_be_found(session: Session, fact: PostPublished) -> bool:
    return is_to_be_found(session, fact.post_id)


def _is_for_homes(session: Session, fact: PostPublished) -> bool:
    return not fact.is_home and is_for_homes(session, fact.post_id)
