"""From what people here pass on to what other towns are told of it."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from federation.activities.share import send_share, send_unshare
from fedparents.actors.models import Actor
from fedparents.db import Database
from fedparents.jobs import Job, JobKind
from fedparents.posts.facts import Shared, ShareEnded


def sharing_jobs(db: Database, base_url: str) -> tuple[JobKind[Any], ...]:
    async def shared(job: Job[Shared]) -> None:
        await db.write(send_share, base_url, job.fact.share_id)

    async def ended(job: Job[ShareEnded]) -> None:
        fact = job.fact
        share, post, by = fact.share_id, fact.post_id, fact.by_actor_id
        await db.write(send_unshare, base_url, share, post, by, activity_id=job.id)

    return (
        JobKind("towns.shared", Shared, shared, concerns=_is_by_one_of_us),
        JobKind("towns.share_ended", ShareEnded, ended, concerns=_is_by_one_of_us),
    )


def _is_by_one_of_us(session: Session, fact: Shared | ShareEnded) -> bool:
    actor = session.get(Actor, fact.by_actor_id)
    return actor is not None and not actor.domain
