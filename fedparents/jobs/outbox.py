"""The transactional outbox: facts become job rows in the commit that made them true."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from fedparents.db import Fact, UnitOfWork
from fedparents.db.unit_of_work import BeforeCommit
from fedparents.jobs.kinds import HEAD_START, JobKind
from fedparents.jobs.models import JobState
from fedparents.jobs.queries import INSERT_JOB


def outbox_of(kinds: Iterable[JobKind[Any]]) -> BeforeCommit:
    """What a database does before it commits: one row for each fact and each whom it concerns."""
    subscribers: dict[type[Fact], list[JobKind[Any]]] = {}
    for kind in kinds:
        if kind.next_run is None:
            subscribers.setdefault(kind.fact, []).append(kind)

    def store(uow: UnitOfWork) -> None:
        rows = [
            job_values(uow.new_id(), kind.name, fact, _due(kind, at, uow.now), uow.now)
            for fact, at in uow.facts
            for kind in subscribers.get(type(fact), ())
            if kind.concerns is None or kind.concerns(uow.session, fact)
        ]
        if rows:
            INSERT_JOB.run_many(uow.session.connection(), rows)

    return store


def job_values(
    job_id: int, name: str, fact: Fact, run_at: datetime, now: datetime
) -> dict[str, Any]:
    """The row of a new job."""
    return {
        "id": job_id,
        "name": name,
        "payload": encode(fact),
        "ordering_key": _ordering_key(fact),
        "schedule": None,
        "state": JobState.WAITING.value,
        "run_at": run_at,
        "is_leased": False,
        "attempts": 0,
        "last_error": None,
        "created_at": now,
    }


def encode(fact: Fact) -> str:
    """A fact's fields as JSON."""
    return json.dumps({each.name: getattr(fact, each.name) for each in fields(fact)})


def _due(kind: JobKind[Any], at: datetime, now: datetime) -> datetime:
    """What is urgent counts as due for a while already; what is planned keeps its time."""
    return at - HEAD_START if kind.is_urgent and at <= now else at


def _ordering_key(fact: Fact) -> str | None:
    if fact.ordered_by is None:
        return None
    return f"{type(fact).__name__}:{getattr(fact, fact.ordered_by)}"
