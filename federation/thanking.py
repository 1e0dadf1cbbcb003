"""From thanks here to what the town of whoever said it is told of them."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from federation.activities.like import send_like, send_unlike
from federation.posts import was_told
from fedparents.db import Database
from fedparents.jobs import Job, JobKind
from fedparents.posts.facts import Thanked, ThanksEnded
from fedparents.posts.models import Post


def thanking_jobs(db: Database, base_url: str) -> tuple[JobKind[Any], ...]:
    async def thanked(job: Job[Thanked]) -> None:
        fact = job.fact
        await db.write(send_like, base_url, fact.post_id, fact.by_actor_id, activity_id=job.id)

    async def ended(job: Job[ThanksEnded]) -> None:
        fact = job.fact
        await db.write(send_unlike, base_url, fact.post_id, fact.by_actor_id, activity_id=job.id)

    return (
        JobKind("towns.thanked", Thanked, thanked, concerns=_is_counted_elsewhere),
        JobKind("towns.thanks_ended", ThanksEnded, ended, concerns=_is_counted_elsewhere),
    )


def _is_counted_elsewhere(session: Session, fact: Thanked | ThanksEnded) -> bool:
    """What was said in another town, or in a group of which others were told."""
    post = session.get(Post, fact.post_id)
    if post is None:
        return False
    return post.is_from_elsewhere or (post.group_id is not None and was_told(session, post.id))
