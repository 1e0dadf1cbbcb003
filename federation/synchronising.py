"""Whether two towns agree on who follows whom (FEP-8fcf): one number with each letter says so, and
where it differs, the list is asked for and put right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

import sqlalchemy as sa
from sqlmodel import Session

from federation.activities.undo import send_stray_undo
from federation.fetching import Budget, Fetcher
from federation.follower_digests import digest_of
from federation.models import FollowActivity, RemoteActor
from federation.reading import object_of, uri_of, uris_of
from federation.uris import actor_uri, find_local_actor, is_same_origin
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import Database, Fact, HotStatement, UnitOfWork, constant, table_of
from fedparents.jobs import Job, JobKind
from fedparents.social.follows import accept_from_elsewhere, end_follow
from fedparents.social.models import Follow, FollowState

if TYPE_CHECKING:
    from federation.signing import Signed
    from federation.towns import Towns

_PARAMETER: Final = re.compile(r'(\w+)="([^"]*)"')
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_LONGEST: Final = 8192
_PAGES: Final = 10
_SETTLED: Final = timedelta(minutes=10)
"""A younger follow may be under way: it is no reason for a doubt."""
_PAUSE: Final = timedelta(hours=1)
"""Before the same list is asked for again."""

_follow = table_of(Follow)
_actor = table_of(Actor)
_remote = table_of(RemoteActor)
_FIND_FOLLOWED: Final = HotStatement(
    sa.select(_remote.c.actor_id, _remote.c.followers).where(
        _remote.c.uri == sa.bindparam("sender", type_=sa.String)
    )
)
_LIST_FOLLOWERS_HERE: Final = HotStatement(
    sa.select(_actor.c.id)
    .join_from(_follow, _actor, _actor.c.id == _follow.c.follower_actor_id)
    .where(
        _follow.c.followed_actor_id == sa.bindparam("followed", type_=sa.BigInteger),
        _follow.c.state == constant(FollowState.ACCEPTED),
        _actor.c.domain == sa.literal_column("''"),
    )
)


@dataclass(frozen=True, slots=True)
class FollowersDiffer(Fact):
    """Another town has told another number of those here who follow somebody there."""

    ordered_by: ClassVar[str] = "followed_actor_id"

    followed_actor_id: int
    url: str


async def compare_followers(db: Database, base_url: str, signed: Signed) -> None:
    """Have a list asked for, if what was told with a letter is not what is known here."""
    differs = await db.read(_find_difference, base_url, signed.sender, signed.followers)
    if differs is not None:
        await db.write(_note_difference, differs)


def synchronising_jobs(db: Database, towns: Towns) -> tuple[JobKind[Any], ...]:
    async def differ(job: Job[FollowersDiffer]) -> None:
        listed = await _fetch_all(towns.fetcher, job.fact.url)
        await db.write(agree, towns.base_url, job.fact.followed_actor_id, listed)

    return (JobKind("towns.followers_differ", FollowersDiffer, differ),)


def agree(uow: UnitOfWork, base_url: str, followed_id: int, listed: set[str]) -> None:
    """Whoever follows here and not there follows no longer; for whoever follows there and not here
    the other town is told so. What was let there and waits here, is let."""
    known = {
        actor_uri(base_url, number): number
        for (number,) in _LIST_FOLLOWERS_HERE.rows(uow.session.connection(), followed=followed_id)
    }
    for uri in sorted(known.keys() - listed):
        _end_ghost(uow, known[uri], followed_id)
    for uri in sorted(listed - known.keys()):
        local = find_local_actor(base_url, uri)
        if local is None or local[0] != ActorKind.PERSON:
            continue
        if not accept_from_elsewhere(uow, local[1], followed_id):
            send_stray_undo(uow, base_url, local[1], followed_id)


def _end_ghost(uow: UnitOfWork, follower_id: int, followed_id: int) -> None:
    follow = uow.session.get(Follow, (follower_id, followed_id))
    if follow is None or follow.created_at > uow.now - _SETTLED:
        return
    asked = uow.session.get(FollowActivity, (follower_id, followed_id))
    if asked is not None:
        uow.session.delete(asked)  # there is nothing left there that would have to be undone
    end_follow(uow, follower_id, followed_id)


def _find_difference(
    session: Session, base_url: str, sender: str, told: str
) -> FollowersDiffer | None:
    """Only of the sender's own followers, and asked of the sender's own server."""
    params = dict(_PARAMETER.findall(told[:_LONGEST]))
    digest, url = params.get("digest", ""), params.get("url", "")
    if not _DIGEST.fullmatch(digest) or not is_same_origin(url, sender):
        return None
    connection = session.connection()
    for number, followers in _FIND_FOLLOWED.rows(connection, sender=sender):
        here = _LIST_FOLLOWERS_HERE.rows(connection, followed=number)
        is_same = digest_of(actor_uri(base_url, each) for (each,) in here) == digest
        if followers == params.get("collectionId") and not is_same:
            return FollowersDiffer(number, url)
    return None


def _note_difference(uow: UnitOfWork, differs: FollowersDiffer) -> None:
    row = uow.session.get_one(RemoteActor, differs.followed_actor_id, with_for_update=True)
    if row.compared_at is None or row.compared_at < uow.now - _PAUSE:
        row.compared_at = uow.now
        uow.session.add(row)
        uow.record(differs)


async def _fetch_all(fetcher: Fetcher, url: str) -> set[str]:
    """A whole collection; raises Rejected for one that is longer than anybody can be asked for."""
    budget, listed, place = Budget(_PAGES), set[str](), url
    while place:
        found = (await fetcher.fetch(place, budget)).document
        page = object_of(found.get("first")) or found
        for each in (found, page):
            listed |= {*uris_of(each.get("orderedItems")), *uris_of(each.get("items"))}
        onward = uri_of(page.get("next") if page is not found else found.get("first"))
        onward = onward or uri_of(found.get("next"))
        place = onward if onward and is_same_origin(onward, url) else ""
    return listed
