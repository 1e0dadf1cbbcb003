"""What follows when somebody wrote to somebody: pages that are open hear of it."""

from __future__ import annotations

from typing import Any

from fedparents.accounts.facts import AccountErased
from fedparents.conversations.facts import MessageReceived
from fedparents.conversations.queries import list_readers
from fedparents.conversations.service import forget_correspondent
from fedparents.db import Database
from fedparents.jobs import Job, JobKind
from web.live import Hub


def conversation_jobs(db: Database, hub: Hub) -> tuple[JobKind[Any], ...]:
    """Who works on letters, and on those who write none any more."""

    async def received(job: Job[MessageReceived]) -> None:
        hub.tell(await db.read(list_readers, job.fact.conversation_id))

    async def erased(job: Job[AccountErased]) -> None:
        await db.write(forget_correspondent, job.fact.actor_id)

    return (
        JobKind("conversations.wake", MessageReceived, received),
        JobKind("conversations.forget", AccountErased, erased),
    )
