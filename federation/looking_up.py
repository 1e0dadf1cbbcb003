"""What somebody answered, and is not known here: looked up where it was said, and what that answers
in turn, as far as it takes few questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlmodel import Session

from federation.errors import FederationError, Malformed, TryLater
from federation.facts import OrphansWaiting, PostMissing
from federation.fetching import Budget
from federation.objects.note import NoteDraft, from_ap
from federation.posts import find_post
from federation.reading import id_of
from federation.receiving import accept_note, join_orphans
from federation.towns import Towns
from federation.uris import is_same_origin
from federation.vocab import PUBLIC
from fedparents import clock
from fedparents.actors.models import Actor
from fedparents.db import Database, UnitOfWork
from fedparents.errors import FedparentsError, Unavailable
from fedparents.jobs import Job, JobKind

log = structlog.get_logger(__name__)

HIGHEST: Final = 10
"""So many posts up a thread; what is above them begins it here."""
_PATIENCE: Final = timedelta(days=1)
_LONGEST_PAUSE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Found:
    """Something as it stands where it was said."""

    author: Actor
    note: NoteDraft


def looking_up_jobs(db: Database, towns: Towns) -> tuple[JobKind[Any], ...]:
    async def missing(job: Job[PostMissing]) -> None:
        try:
            await look_up(db, towns, job.fact.uri, job.fact.site)
        except TryLater as error:
            waited = clock.now() - job.created_at
            if waited < _PATIENCE:
                raise TryLater(max(error.after, min(waited, _LONGEST_PAUSE)), str(error)) from None
            log.info("posts.not_found", reason=str(error))

    async def waiting(job: Job[OrphansWaiting]) -> None:
        await db.write(join_orphans, towns.base_url, job.fact.uri)

    return (
        JobKind("posts.join", OrphansWaiting, waiting),
        JobKind("posts.look_up", PostMissing, missing),
    )


async def look_up(db: Database, towns: Towns, uri: str, site: str = "") -> None:
    """Keep what stands there, and what it answers; raises TryLater when its town is away, or that
    of whoever has caused it has had us ask too much."""
    for found in reversed(await _climb(db, towns, uri, Budget(site=site))):
        try:
            await db.write(_keep, towns.base_url, found)
        except Unavailable:
            raise
        except (FederationError, FedparentsError) as error:
            log.info("posts.refused", reason=str(error))
    await db.write(join_orphans, towns.base_url, uri)


async def _climb(db: Database, towns: Towns, uri: str, budget: Budget) -> list[Found]:
    """From an answer to what it answers, up to something that is known or begins the thread."""
    climbed = list[Found]()
    while uri and len(climbed) < HIGHEST:
        if await db.read(_is_known, towns.base_url, uri):
            break
        try:
            found = await fetch_note(towns, uri, budget)
        except TryLater:
            if not climbed:
                raise
            break
        except FederationError as error:
            log.info("posts.not_found", reason=str(error))
            break
        climbed.append(found)
        uri = found.note.answers
    return climbed


async def fetch_note(towns: Towns, uri: str, budget: Budget) -> Found:
    """What stands there, and who said it; raises FederationError, also for what is not for
    everybody."""
    document = (await towns.fetcher.fetch(uri, budget)).document
    there = id_of(document)
    if there != uri:
        if not is_same_origin(there, uri):
            raise Malformed(f"{uri} speaks for {there}")
        document = (await towns.fetcher.fetch(there, budget)).document
        if id_of(document) != there:
            raise Malformed(f"{there} does not stand under its own id")
    note = from_ap(document)
    if PUBLIC not in (*note.to, *note.cc):
        raise Malformed(f"{there} is not for everybody")
    own = [each for each in note.authors if is_same_origin(each, there)]
    if not own:
        raise Malformed(f"{there} is by nobody of its server")
    return Found(await towns.discovery_within(budget).get(own[0]), note)


def _is_known(session: Session, base_url: str, uri: str) -> bool:
    return find_post(session, base_url, uri) is not None


def _keep(uow: UnitOfWork, base_url: str, found: Found) -> None:
    accept_note(uow, base_url, found.author, found.note, is_wanted=True)
