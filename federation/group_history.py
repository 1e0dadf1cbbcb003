"""What was said in a group before somebody came: its own town shows it page by page, and the town
of its first member there asks for the newest page, once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlmodel import Session, col, func, select

from federation.activities.announce import hear_again
from federation.activities.envelope import activity
from federation.audience import Addressed
from federation.border import NeverLeaves, check_document
from federation.errors import FederationError, TryLater
from federation.fetching import Budget
from federation.group_audience import (
    GroupSaidIn,
    address_in_group,
    find_group_said_in,
    list_group_inboxes,
    may_leave_in_group,
)
from federation.models import RemoteActor
from federation.objects import note
from federation.outside import find_person
from federation.posts import uri_of_post
from federation.reading import Json, JsonObject, moment, object_of, objects_of, uri_of
from federation.trust import is_ally
from federation.uris import actor_uri, followers_uri, host_of, is_same_origin
from federation.vocab import PUBLIC
from fedparents import clock
from fedparents.accounts.models import Account
from fedparents.actors.models import Actor
from fedparents.db import Database
from fedparents.errors import FedparentsError, NotFound, Unavailable
from fedparents.groups.facts import MemberJoined
from fedparents.groups.models import Membership, MembershipState
from fedparents.jobs import Job, JobKind
from fedparents.posts.models import Audience, Post, PostState
from fedparents.social.policy import is_let_in
from fedparents.timelines.service import welcome_home

if TYPE_CHECKING:
    from federation.towns import Towns

log = structlog.get_logger(__name__)

A_PAGE: Final = 20
_PATIENCE: Final = timedelta(days=1)


def group_history_jobs(db: Database, towns: Towns) -> tuple[JobKind[Any], ...]:
    async def joined(job: Job[MemberJoined]) -> None:
        try:
            await fetch_history(db, towns, job.fact.group_id)
        except TryLater as error:
            if clock.now() - job.created_at < _PATIENCE:
                raise
            log.info("groups.no_history", group=job.fact.group_id, reason=str(error))
        except FederationError as error:
            log.info("groups.no_history", group=job.fact.group_id, reason=str(error))
        await db.write(welcome_home, job.fact.group_id, job.fact.actor_id)

    return (JobKind("towns.group_history", MemberJoined, joined, concerns=_is_first_there),)


def count_shown(session: Session, base_url: str, group_id: int, asker: str) -> int:
    """How much of what was said in a group its outbox has for a server; raises NotFound where that
    is not for it."""
    group = _get_group(session, base_url, group_id, asker)
    shown = select(func.count()).select_from(Post).where(*_is_shown(group))
    return session.exec(shown).one()


def read_history(
    session: Session, base_url: str, group_id: int, asker: str, *, before: int | None
) -> tuple[list[Json], int | None]:
    """A page of it, the newest first, and where the next one begins."""
    group = _get_group(session, base_url, group_id, asker)
    said = select(Post).where(*_is_shown(group)).order_by(col(Post.id).desc()).limit(A_PAGE + 1)
    if before is not None:
        said = said.where(Post.id < before)
    posts = list(session.exec(said))
    shown = _readable_in(session, group, posts[:A_PAGE], asker)
    items = [_announced(session, base_url, group, post) for post in shown]
    is_more = len(posts) > A_PAGE
    return [each for each in items if each is not None], posts[A_PAGE - 1].id if is_more else None


async def fetch_history(db: Database, towns: Towns, group_id: int) -> None:
    """The newest page of what was said in a group elsewhere; what cannot be believed is left out,
    and so is what would take too many questions to others."""
    found = await db.read(_find_outbox, group_id)
    if found is None:
        return
    uri, outbox = found
    budget = Budget()
    document = (await towns.fetcher.fetch(outbox, budget)).document
    page = object_of(document.get("first"))
    if not page and (first := uri_of(document.get("first"))):
        if not is_same_origin(first, uri):
            return
        page = (await towns.fetcher.fetch(first, budget)).document
    listed = objects_of((page or document).get("orderedItems"))[:A_PAGE]
    for announced in reversed(listed):
        try:
            await hear_again(db, towns, uri, announced, budget)
        except (TryLater, Unavailable):
            raise
        except (FederationError, FedparentsError) as error:
            log.info("groups.not_heard", group=uri, reason=str(error))


def _get_group(session: Session, base_url: str, group_id: int, asker: str) -> GroupSaidIn:
    """What only members read is for twins that have one."""
    group = find_group_said_in(session, base_url, group_id)
    if group is None or not group.is_ours:
        raise NotFound("group_not_found")
    if not group.is_public and not _is_read_by(session, group, asker, author_id=0):
        raise NotFound("group_not_found")
    return group


def _is_read_by(session: Session, group: GroupSaidIn, asker: str, *, author_id: int) -> bool:
    """Whether what somebody says in a closed group is told to members there."""
    if not asker or not is_ally(session, asker):
        return False
    return asker in {host_of(url) for url in list_group_inboxes(session, group, author_id)}


def _is_shown(group: GroupSaidIn) -> Iterable[Any]:
    """What people of other towns said in a closed group only they could show again."""
    audience = Audience.PUBLIC if group.is_public else Audience.GROUP
    conditions = [
        Post.group_id == group.id,
        Post.state == PostState.VISIBLE,
        Post.audience == audience,
        col(Post.is_anonymous).is_(False),
        is_let_in(col(Post.author_actor_id)),
    ]
    return conditions if group.is_public else [*conditions, col(Post.is_from_elsewhere).is_(False)]


def _readable_in(
    session: Session, group: GroupSaidIn, posts: Iterable[Post], asker: str
) -> list[Post]:
    """Of a closed group, not by those who have blocked all who are in it there."""
    if group.is_public:
        return list(posts)
    reads: dict[int, bool] = {}
    for post in posts:
        author = post.author_actor_id
        if author not in reads:
            reads[author] = _is_read_by(session, group, asker, author_id=author)
    return [post for post in posts if reads[post.author_actor_id]]


def _announced(
    session: Session, base_url: str, group: GroupSaidIn, post: Post
) -> JsonObject | None:
    """As it was told when it was said; None for what may not be known elsewhere now."""
    uri = uri_of_post(session, base_url, post)
    thing: Json = uri
    if not post.is_from_elsewhere:
        created = _created(session, base_url, group, post)
        if created is None:
            return None
        thing = created
    followers = (followers_uri(group.uri),)
    envelope = Addressed((PUBLIC,), followers) if group.is_public else Addressed((group.members,))
    number = f"{group.uri}/outbox#{post.id}"
    return activity(number, "Announce", group.uri, thing, envelope, audience=group.uri)


def _created(session: Session, base_url: str, group: GroupSaidIn, post: Post) -> JsonObject | None:
    now = clock.now()
    if not may_leave_in_group(session, base_url, post):
        return None
    if find_person(session, post.author_actor_id, today=now.date()) is None:
        return None
    said = note.to_ap(session, post, base_url, now=now)
    try:
        check_document(session, base_url, said)
    except NeverLeaves as error:
        log.error("groups.never_leaves", post=post.id, reason=str(error))
        return None
    author = actor_uri(base_url, post.author_actor_id)
    envelope = address_in_group(group, ())
    more: dict[str, Json] = {"audience": group.uri, "published": moment(post.created_at)}
    return activity(f"{said['id']}#create", "Create", author, said, envelope, **more)


def _is_first_there(session: Session, fact: MemberJoined) -> bool:
    """Whether somebody of this place came into a group elsewhere in which nobody else of here is:
    what is said there from now on is told."""
    group = session.get(Actor, fact.group_id)
    if group is None or not group.domain:
        return False
    ours = (
        select(Membership.actor_id)
        .join(Account, col(Account.actor_id) == col(Membership.actor_id))
        .where(Membership.group_id == fact.group_id, Membership.state == MembershipState.ACTIVE)
    )
    return list(session.exec(ours.limit(2))) == [fact.actor_id]


def _find_outbox(session: Session, group_id: int) -> tuple[str, str] | None:
    row = session.get(RemoteActor, group_id)
    return (row.uri, row.outbox) if row is not None and row.outbox else None
