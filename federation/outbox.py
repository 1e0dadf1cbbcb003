"""From what happened here to what other towns are told of it.

Each of these runs as a job, in one commit: the post is held while it is read, so that what leaves
is how it is, and what changes it later comes after. The number of the job's row becomes that of
the activity: a job that runs twice says the same thing once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from federation.activities.envelope import activity
from federation.activities.like import forget_likes
from federation.audience import (
    Addressed,
    address,
    is_for_elsewhere,
    list_inboxes_of,
    list_twins,
    may_leave,
    talks,
)
from federation.delivery.forgetting import forgetting_job
from federation.delivery.models import OutgoingActivity
from federation.delivery.queue import (
    forget_post,
    forget_posts_of,
    forget_reached,
    has_left,
    list_reached,
    list_reached_by,
    queue_letter,
)
from federation.following import forget_follows, list_tied
from federation.group_posts import take_back_all
from federation.grouping import forget_memberships
from federation.models import RemoteActor, RemotePost
from federation.objects import note
from federation.outside import find_person, is_addressed_elsewhere
from federation.posts import was_told
from federation.reading import JsonObject, moment
from federation.uris import activity_uri, actor_uri, note_uri
from federation.vocab import PUBLIC
from fedparents.accounts.facts import AccountErased
from fedparents.db import Database, HotStatement, UnitOfWork, constant, table_of
from fedparents.ids import first_id_at
from fedparents.jobs import Job, JobKind
from fedparents.posts.facts import (
    PollCounted,
    PollEnded,
    PostEdited,
    PostNarrowed,
    PostPublished,
    PostWithdrawn,
    Voted,
)
from fedparents.posts.models import Audience, PollBallot, PollOption, Post

_post = table_of(Post)
_LOOK: Final = HotStatement(
    sa.select(_post.c.state, _post.c.audience, _post.c.is_anonymous, _post.c.group_id).where(
        _post.c.id == sa.bindparam("post", type_=sa.BigInteger),
        _post.c.is_from_elsewhere == sa.false(),
        # Most letters stay here.
        sa.or_(_post.c.audience != constant(Audience.DIRECT), is_addressed_elsewhere()),
    )
)


def outbox_jobs(db: Database, base_url: str) -> tuple[JobKind[Any], ...]:
    """Who tells other towns of what."""

    async def published(job: Job[PostPublished]) -> None:
        await db.write(tell_published, base_url, job.fact.post_id, job.id)

    async def changed(job: Job[PostEdited] | Job[PollEnded]) -> None:
        await db.write(tell_changed, base_url, job.fact.post_id, job.id)

    async def counted(job: Job[PollCounted]) -> None:
        await db.write(tell_counted, base_url, job.fact.post_id, job.created_at)

    async def voted(job: Job[Voted]) -> None:
        await db.write(tell_voted, base_url, job.fact, job.id)

    async def withdrawn(job: Job[PostWithdrawn]) -> None:
        await db.write(tell_withdrawn, base_url, job.fact.post_id, job.id)

    async def narrowed(job: Job[PostNarrowed]) -> None:
        await db.write(tell_narrowed, base_url, job.fact.post_id, job.id)

    async def erased(job: Job[AccountErased]) -> None:
        await db.write(tell_erased, base_url, job.fact.actor_id, job.id)

    return (
        forgetting_job(db),
        JobKind("outbox.erased", AccountErased, erased),
        JobKind("outbox.published", PostPublished, published, concerns=_leaves),
        JobKind("outbox.edited", PostEdited, changed),
        JobKind("outbox.poll_ended", PollEnded, changed),
        JobKind("outbox.poll_counted", PollCounted, counted, concerns=_is_told),
        JobKind("outbox.voted", Voted, voted),
        JobKind("outbox.withdrawn", PostWithdrawn, withdrawn),
        JobKind("outbox.narrowed", PostNarrowed, narrowed),
    )


def _leaves(session: Session, fact: PostPublished) -> bool:
    """As hardly anything that is said. `may_leave` looks again, at what is held."""
    if fact.is_home:
        return False
    found = _LOOK.rows(session.connection(), post=fact.post_id)
    return any(is_for_elsewhere(*row) for row in found)


def _is_told(session: Session, fact: PollCounted) -> bool:
    return was_told(session, fact.post_id)


def tell_published(uow: UnitOfWork, base_url: str, post_id: int, activity_id: int) -> None:
    """It can be read from now on, also elsewhere."""
    post = _hold(uow, post_id)
    if post is None or not _is_for_others(uow, post):
        return
    if not _was_created(uow, post):
        _tell(uow, base_url, post, activity_id, "Create")


def tell_changed(uow: UnitOfWork, base_url: str, post_id: int, activity_id: int) -> None:
    """It says something else now; whoever has it gets it anew."""
    post = _hold(uow, post_id)
    if post is None or not _is_for_others(uow, post):
        return
    # What has not left yet will leave as it is by then.
    if has_left(uow, post_id):
        _tell(uow, base_url, post, activity_id, "Update")


def tell_counted(uow: UnitOfWork, base_url: str, post_id: int, since: datetime) -> None:
    """How many have voted by now; once for all who have since the last time."""
    post = _hold(uow, post_id)
    if post is None or not _is_for_others(uow, post) or not has_left(uow, post_id):
        return
    told = select(OutgoingActivity.id).where(
        OutgoingActivity.post_id == post_id,
        OutgoingActivity.verb == "Update",
        OutgoingActivity.id > first_id_at(since),
    )
    if uow.session.exec(told.limit(1)).first() is None:
        _tell(uow, base_url, post, uow.new_id(), "Update")


def tell_voted(uow: UnitOfWork, base_url: str, voted: Voted, activity_id: int) -> None:
    """What somebody here has chosen, to whoever has asked elsewhere: one activity for each."""
    post_id, actor_id = voted.post_id, voted.actor_id
    post, row = uow.session.get(Post, post_id), uow.session.get(RemotePost, post_id)
    ballot = uow.session.get(PollBallot, (post_id, actor_id))
    if post is None or row is None or ballot is None or not talks(uow.session):
        return
    asker = uow.session.get(RemoteActor, post.author_actor_id)
    voter = find_person(uow.session, actor_id, today=uow.now.date())
    if asker is None or asker.gone_at is not None or voter is None:
        return
    chosen = select(PollOption.text).where(
        PollOption.post_id == post_id,
        col(PollOption.position).in_(map(int, (voted.choices or ballot.choices).split(","))),
    )
    for number, name in enumerate(uow.session.exec(chosen.order_by(col(PollOption.position)))):
        number_of_activity = activity_id if number == 0 else uow.new_id()
        uri, actor = activity_uri(base_url, number_of_activity), actor_uri(base_url, actor_id)
        vote: JsonObject = {
            "id": f"{uri}#vote",
            "type": "Note",
            "name": name,
            "attributedTo": actor,
            "to": [asker.uri],
            "inReplyTo": row.uri,
        }
        document = activity(uri, "Create", actor, vote, Addressed((asker.uri,)))
        queue_letter(uow, base_url, actor_id, document, [asker.inbox], about=row.uri)


def tell_withdrawn(uow: UnitOfWork, base_url: str, post_id: int, activity_id: int) -> None:
    """Nobody may read it any more; everybody who may have it is asked to forget it."""
    post = _hold(uow, post_id)
    if post is not None and post.group_id is None and not may_leave(post):
        _take_back(uow, base_url, post, activity_id)


def tell_narrowed(uow: UnitOfWork, base_url: str, post_id: int, activity_id: int) -> None:
    """Fewer may read it and what answers it; where those others are, it goes."""
    root = _hold(uow, post_id)
    is_for_others = root is not None and may_leave(root) and root.audience != Audience.NEARBY
    if root is None or root.group_id is not None or is_for_others:
        return
    _narrow(uow, base_url, root, activity_id)
    answers = select(Post).where(Post.root_id == post_id, Post.id != post_id)
    for answer in uow.session.exec(answers.order_by(col(Post.id)).with_for_update()):
        _narrow(uow, base_url, answer, uow.new_id())


def _narrow(uow: UnitOfWork, base_url: str, post: Post, activity_id: int) -> None:
    """What our twins may still read is taken back everywhere else, and said to them anew."""
    if not may_leave(post):
        _take_back(uow, base_url, post, activity_id)
        return
    others = list_reached(uow, post.id) - set(list_inboxes_of(uow.session, post, ()))
    if others:
        take_back_from(uow, base_url, post, activity_id, others)
    if has_left(uow, post.id) and _is_for_others(uow, post):
        _tell(uow, base_url, post, uow.new_id(), "Update")


def tell_erased(uow: UnitOfWork, base_url: str, actor_id: int, activity_id: int) -> None:
    """Somebody is no more: every town that ever got something of theirs, whose people followed
    them or whom they followed, forgets all of it."""
    take_back_all(uow, base_url, actor_id)
    # Of most, nobody elsewhere has ever heard.
    if inboxes := list_reached_by(uow, actor_id) | list_tied(uow.session, actor_id):
        actor = actor_uri(base_url, actor_id)
        uri = activity_uri(base_url, activity_id)
        document = activity(uri, "Delete", actor, actor, Addressed((PUBLIC,)))
        queue_letter(uow, base_url, actor_id, document, inboxes, about=actor)
    forget_posts_of(uow, actor_id)
    forget_follows(uow, actor_id)
    forget_memberships(uow, actor_id)
    forget_likes(uow, actor_id)


def _tell(uow: UnitOfWork, base_url: str, post: Post, activity_id: int, verb: str) -> None:
    """A post as it is, to those who follow its author, whom it names, and who have it already."""
    content = note.to_ap(uow.session, post, base_url, now=uow.now)
    named = note.list_named(uow.session, post, base_url, now=uow.now)
    elsewhere = [each.actor_id for each in named if each.is_elsewhere]
    inboxes = set(list_inboxes_of(uow.session, post, elsewhere))
    actor = actor_uri(base_url, post.author_actor_id)
    envelope = address(uow.session, post, actor, (each.uri for each in named))
    uri, published = activity_uri(base_url, activity_id), moment(uow.now)
    document = activity(uri, verb, actor, content, envelope, published=published)
    # What is for some is not told those who were some of them once.
    is_everywhere = verb == "Update" and post.audience == Audience.PUBLIC
    queue_letter(
        uow,
        base_url,
        post.author_actor_id,
        document,
        inboxes | (list_reached(uow, post.id) if is_everywhere else set()),
        about=note_uri(base_url, post.id),
        post_id=post.id,
    )


def _was_created(uow: UnitOfWork, post: Post) -> bool:
    """Whether its author has said so: somebody may have passed it on by then, or its author said it
    better."""
    said = select(OutgoingActivity.id).where(
        OutgoingActivity.post_id == post.id,
        OutgoingActivity.actor_id == post.author_actor_id,
        OutgoingActivity.verb == "Create",
    )
    return uow.session.exec(said.limit(1)).first() is not None


def _take_back(uow: UnitOfWork, base_url: str, post: Post, activity_id: int) -> None:
    if not has_left(uow, post.id):
        return
    actor = actor_uri(base_url, post.author_actor_id)
    gone = note.tombstone(post, base_url, at=uow.now)
    named = note.list_named(uow.session, post, base_url, now=uow.now)
    is_letter = post.audience == Audience.DIRECT
    told = [each.uri for each in named] if is_letter else []
    envelope = address(uow.session, post, actor, told)
    uri = activity_uri(base_url, activity_id)
    document = activity(uri, "Delete", actor, gone, envelope)
    about = note_uri(base_url, post.id)
    inboxes = list_reached(uow, post.id)
    queue_letter(uow, base_url, post.author_actor_id, document, inboxes, about=about)
    forget_post(uow, post.id)


def take_back_from(
    uow: UnitOfWork, base_url: str, post: Post, activity_id: int, inboxes: Collection[str]
) -> None:
    """Have some forget what others keep."""
    actor = actor_uri(base_url, post.author_actor_id)
    gone = note.tombstone(post, base_url, at=uow.now)
    uri = activity_uri(base_url, activity_id)
    document = activity(uri, "Delete", actor, gone, Addressed((PUBLIC,)))
    about = note_uri(base_url, post.id)
    queue_letter(uow, base_url, post.author_actor_id, document, inboxes, about=about)
    forget_reached(uow, post.id, inboxes)
    if not list_reached(uow, post.id):
        forget_post(uow, post.id)  # nobody elsewhere has it any more, nor may have its pictures


def _is_for_others(uow: UnitOfWork, post: Post) -> bool:
    """Whether it may leave, its author may be known, and there is anybody to tell."""
    if not may_leave(post) or not talks(uow.session):
        return False
    if post.audience == Audience.NEARBY and not list_twins(uow.session):
        return False
    return find_person(uow.session, post.author_actor_id, today=uow.now.date()) is not None


def _hold(uow: UnitOfWork, post_id: int) -> Post | None:
    return uow.session.get(Post, post_id, with_for_update=True, populate_existing=True)
