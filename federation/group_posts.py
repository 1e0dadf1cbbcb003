"""What is said in groups across towns.

What somebody here says in a group elsewhere goes to that group, which tells everybody else. A group
of ours tells all who come for it, in the words of whoever said it: those of this place, and those
of other towns as they arrived. Forums read what was done; microblogs only what it was done to, and
of that only what begins a thread (FEP-1b12).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from federation.activities.envelope import activity
from federation.audience import Addressed, talks
from federation.border import LARGEST_PASSED_ON
from federation.delivery.models import OutgoingActivity
from federation.delivery.queue import (
    forget_post,
    forget_reached,
    has_left,
    list_reached,
    queue_letter,
)
from federation.errors import Rejected
from federation.group_audience import (
    GroupSaidIn,
    address_in_group,
    find_group_said_in,
    is_ever_in_history,
    is_for_its_readers,
    list_group_inboxes,
    list_inboxes_ever,
    may_leave_in_group,
)
from federation.models import HeardInGroup
from federation.objects import note
from federation.outside import find_person
from federation.posts import uri_of_post
from federation.reading import Json, JsonObject, moment, types_of
from federation.uris import activity_uri, actor_uri, followers_uri, note_uri
from federation.vocab import PUBLIC
from fedparents.actors.models import Actor
from fedparents.db import Database, HotStatement, UnitOfWork, constant, table_of
from fedparents.groups.models import Audience, Group
from fedparents.ids import first_id_at
from fedparents.jobs import Job, JobKind
from fedparents.posts.facts import (
    Arranged,
    PostArranged,
    PostEdited,
    PostNarrowed,
    PostPublished,
    PostWithdrawn,
)
from fedparents.posts.models import Post, PostState

TOLD_AT_MOST: Final = 100
"""Of one thing within an hour: what guests do to it goes to every town of its group."""
_AN_HOUR: Final = timedelta(hours=1)
_A_DAY: Final = timedelta(days=1)
_post = table_of(Post)
_group = table_of(Group)
_actor = table_of(Actor)
_IS_HEARD: Final = HotStatement(
    sa.select(_post.c.id)
    .join_from(_post, _group, _group.c.actor_id == _post.c.group_id)
    .join(_actor, _actor.c.id == _group.c.actor_id)
    .where(
        _post.c.id == sa.bindparam("post", type_=sa.BigInteger),
        sa.or_(
            _actor.c.domain != sa.literal_column("''"),
            sa.and_(sa.not_(_group.c.is_local_only), _group.c.audience != constant(Audience.HERE)),
        ),
    )
)


def group_post_jobs(db: Database, base_url: str) -> tuple[JobKind[Any], ...]:
    """Who tells other towns of what is said in groups; of nearly all groups, nobody."""

    async def published(job: Job[PostPublished]) -> None:
        await db.write(tell_said, base_url, job.fact.post_id, job.id)

    async def edited(job: Job[PostEdited]) -> None:
        await db.write(tell_said_better, base_url, job.fact.post_id, job.id)

    async def withdrawn(job: Job[PostWithdrawn]) -> None:
        await db.write(tell_taken_back, base_url, job.fact.post_id, job.id)

    async def narrowed(job: Job[PostNarrowed]) -> None:
        await db.write(tell_narrowed, base_url, job.fact.post_id, job.id)

    async def arranged(job: Job[PostArranged]) -> None:
        await db.write(tell_arranged, base_url, job.fact.post_id, job.fact.how, job.id)

    return (
        JobKind("group_posts.arranged", PostArranged, arranged, concerns=_is_heard),
        JobKind("group_posts.narrowed", PostNarrowed, narrowed, concerns=_is_heard),
        JobKind("group_posts.published", PostPublished, published, concerns=_is_heard),
        JobKind("group_posts.edited", PostEdited, edited, concerns=_is_heard),
        JobKind("group_posts.withdrawn", PostWithdrawn, withdrawn, concerns=_is_heard),
    )


def tell_said(uow: UnitOfWork, base_url: str, post_id: int, activity_id: int) -> None:
    """It can be read from now on, by those who are elsewhere, too."""
    post = _hold(uow, post_id)
    group = _group_of(uow.session, base_url, post) if post is not None else None
    if post is None or group is None or has_left(uow, post_id):
        return
    if post.is_from_elsewhere:
        _pass_on_first(uow, base_url, post, group, activity_id)
    elif _may_be_told(uow, base_url, post):
        _tell_first(uow, base_url, post, group, activity_id)


def tell_said_better(uow: UnitOfWork, base_url: str, post_id: int, activity_id: int) -> None:
    """Whoever has it gets it anew; what others said, they have said better themselves."""
    post = _hold(uow, post_id)
    group = _group_of(uow.session, base_url, post) if post is not None else None
    if post is None or group is None or post.is_from_elsewhere or not _may_have(uow, post, group):
        return
    if not _may_be_told(uow, base_url, post):
        return
    if not has_left(uow, post_id) and post.created_at > uow.now - _A_DAY:
        # It may have overtaken the first telling, which would not follow any more.
        _tell_first(uow, base_url, post, group, activity_id)
        activity_id = uow.new_id()
    _tell(uow, base_url, post, group, activity_id, "Update")


def tell_taken_back(uow: UnitOfWork, base_url: str, post_id: int, activity_id: int) -> None:
    """Nobody may read it any more: whoever took it back, or those who look after the group."""
    post = _hold(uow, post_id)
    if post is None or _is_still_read(uow.session, base_url, post):
        return
    group = find_group_said_in(uow.session, base_url, post.group_id or 0)
    if group is not None:
        _take_back(uow, base_url, post, group, _had(uow, post, group, ever=True), activity_id)


def tell_narrowed(uow: UnitOfWork, base_url: str, post_id: int, activity_id: int) -> None:
    """Fewer may read it and what answers it; where those others are, it goes."""
    root = _hold(uow, post_id)
    if root is None or _is_still_read(uow.session, base_url, root):
        return
    group = find_group_said_in(uow.session, base_url, root.group_id or 0)
    if group is None:
        return
    _take_back(uow, base_url, root, group, _had_before(uow, root, group), activity_id)
    answers = select(Post).where(Post.root_id == post_id, Post.id != post_id)
    for answer in uow.session.exec(answers.order_by(col(Post.id)).with_for_update()):
        had = _had_before(uow, answer, group)
        _take_back(uow, base_url, answer, group, had, uow.new_id())


def _is_still_read(session: Session, base_url: str, post: Post) -> bool:
    if post.is_from_elsewhere:
        return post.state == PostState.VISIBLE
    return may_leave_in_group(session, base_url, post)


def _may_have(uow: UnitOfWork, post: Post, group: GroupSaidIn) -> bool:
    """Whether other towns have what can be read: told, or found in the history of the group."""
    if has_left(uow, post.id):
        return True
    return post.state == PostState.VISIBLE and bool(_had(uow, post, group))


def _had(uow: UnitOfWork, post: Post, group: GroupSaidIn, *, ever: bool = False) -> set[str]:
    """Where something was told, or can be read in the history of the group; `ever` also where it
    could be, by those who have left since."""
    found = list_reached(uow, post.id)
    if is_for_its_readers(group, post) and is_ever_in_history(uow.session, group, post):
        now = set(list_group_inboxes(uow.session, group, 0))
        found |= list_inboxes_ever(uow.session, group) if ever else now
    return found


def _had_before(uow: UnitOfWork, post: Post, group: GroupSaidIn) -> set[str]:
    """The same of what fewer may read since. What was waiting nobody has read."""
    found = list_reached(uow, post.id)
    if post.state != PostState.HELD and is_ever_in_history(uow.session, group, post):
        found |= list_inboxes_ever(uow.session, group)
    return found


def _take_back(
    uow: UnitOfWork,
    base_url: str,
    post: Post,
    group: GroupSaidIn,
    inboxes: Collection[str],
    activity_id: int,
) -> None:
    if not inboxes and not has_left(uow, post.id):
        return
    about = uri_of_post(uow.session, base_url, post)
    if group.is_ours:
        taken = _taken_away(uow, base_url, post, group)
        document = _announced(base_url, activity_id, group, taken)
        queue_letter(uow, base_url, group.id, document, inboxes, about=about)
    elif not post.is_from_elsewhere:
        author = actor_uri(base_url, post.author_actor_id)
        gone = note.tombstone(post, base_url, at=uow.now)
        document = _activity(base_url, activity_id, "Delete", author, gone, group)
        queue_letter(uow, base_url, post.author_actor_id, document, inboxes, about=about)
    forget_post(uow, post.id)


def tell_arranged(
    uow: UnitOfWork, base_url: str, post_id: int, how: Arranged, activity_id: int
) -> None:
    """A group of ours takes no more answers to something, or keeps it on top; the group itself says
    so, whoever decided. Whoever wants no more answers in a group elsewhere tells that."""
    post = _hold(uow, post_id)
    group = _group_of(uow.session, base_url, post) if post is not None else None
    if post is None or group is None or not _may_have(uow, post, group):
        return
    if not group.is_ours:
        _ask_to_arrange(uow, base_url, post, group, how, activity_id)
        return
    done = _arranged(base_url, group, uri_of_post(uow.session, base_url, post), how, uow.new_id())
    announced = _announced(base_url, activity_id, group, done)
    inboxes = _had(uow, post, group)
    about = uri_of_post(uow.session, base_url, post)
    queue_letter(uow, base_url, group.id, announced, inboxes, about=about)


def _ask_to_arrange(
    uow: UnitOfWork,
    base_url: str,
    post: Post,
    group: GroupSaidIn,
    how: Arranged,
    activity_id: int,
) -> None:
    if post.is_from_elsewhere or how not in {Arranged.CLOSED, Arranged.REOPENED}:
        return
    if not _may_be_told(uow, base_url, post):
        return
    author, uri = actor_uri(base_url, post.author_actor_id), note_uri(base_url, post.id)
    done = _arranged(base_url, group, uri, how, activity_id, by=author)
    queue_letter(uow, base_url, post.author_actor_id, done, [group.inbox], about=uri)


def _arranged(
    base_url: str,
    group: GroupSaidIn,
    uri: str,
    how: Arranged,
    activity_id: int,
    *,
    by: str = "",
) -> JsonObject:
    """The group says it, but for who asks it to."""
    actor = by or group.uri
    if how in {Arranged.PINNED, Arranged.UNPINNED}:
        verb = "Add" if how == Arranged.PINNED else "Remove"
        pin = _activity(base_url, activity_id, verb, actor, uri, group)
        return pin | {"target": f"{group.uri}/featured"}
    if how == Arranged.CLOSED:
        return _activity(base_url, activity_id, "Lock", actor, uri, group)
    lock: JsonObject = {"type": "Lock", "actor": actor, "object": uri}
    return _activity(base_url, activity_id, "Undo", actor, lock, group)


def take_back_all(uow: UnitOfWork, base_url: str, actor_id: int) -> None:
    """Somebody is no more: groups of ours take back what other towns have of theirs, told or found
    in the history. Whoever got it from a group has never heard from its author, and would not
    believe them."""
    said = select(Post).where(Post.author_actor_id == actor_id, col(Post.group_id).is_not(None))
    groups: dict[int, GroupSaidIn | None] = {}
    for post in uow.session.exec(said.order_by(col(Post.id)).with_for_update()):
        number = post.group_id or 0
        if number not in groups:
            groups[number] = find_group_said_in(uow.session, base_url, number)
        group = groups[number]
        if group is not None and group.is_ours:
            had = _had(uow, post, group, ever=True)
            _take_back(uow, base_url, post, group, had, uow.new_id())


def take_back_from(uow: UnitOfWork, base_url: str, post: Post, inboxes: Collection[str]) -> None:
    """Have some forget what was said to the members of a group of ours, and others keep."""
    group = find_group_said_in(uow.session, base_url, post.group_id or 0)
    if group is not None and group.is_ours:
        taken = _taken_away(uow, base_url, post, group)
        about = uri_of_post(uow.session, base_url, post)
        queue_letter(uow, base_url, group.id, taken, inboxes, about=about)
    forget_reached(uow, post.id, inboxes)
    if not list_reached(uow, post.id):
        forget_post(uow, post.id)


def is_unfit(document: JsonObject) -> bool:
    """Whether something is more than a group passes on: too large, or several things at once."""
    things = document.get("object")
    is_one = len(types_of(document)) == 1 and not (isinstance(things, list) and len(things) > 1)
    return not is_one or len(orjson.dumps(document)) > LARGEST_PASSED_ON


def _require_fit(document: JsonObject) -> None:
    """Raises Rejected for what other readers would not get, or could take for something else than
    what was read here: it is not said here either."""
    if is_unfit(document):
        raise Rejected(f"{str(document.get('id'))[:200]} is nothing that a group passes on")


def is_told_enough(uow: UnitOfWork, post: Post) -> bool:
    """Whether a group has told its towns of one thing so often that it has to do for now."""
    lately = select(func.count()).where(
        OutgoingActivity.post_id == post.id,
        OutgoingActivity.id > first_id_at(uow.now - _AN_HOUR),
    )
    return uow.session.exec(lately).one() >= TOLD_AT_MOST


def hear(uow: UnitOfWork, post: Post, document: JsonObject) -> None:
    """Keep how something was said in a group of ours until it is passed on: it may have to wait for
    those who look after the group. Raises Rejected for what is not passed on."""
    _require_fit(document)
    row = HeardInGroup(post_id=post.id, body=orjson.dumps(document).decode())
    uow.session.merge(row)


def group_that_tells(uow: UnitOfWork, base_url: str, post: Post) -> GroupSaidIn | None:
    """The group of ours from which other towns have something."""
    group = _group_of(uow.session, base_url, post)
    return group if group is not None and group.is_ours and _may_have(uow, post, group) else None


def pass_on(uow: UnitOfWork, base_url: str, post: Post, document: JsonObject) -> None:
    """Tell those who have a post of a group of ours what somebody has done to it. Raises Rejected
    for what is not passed on."""
    group = group_that_tells(uow, base_url, post)
    if group is None or is_told_enough(uow, post):
        return
    _require_fit(document)
    announced = _announced(base_url, uow.new_id(), group, document)
    inboxes = set(list_group_inboxes(uow.session, group, post.author_actor_id))
    about = uri_of_post(uow.session, base_url, post)
    queue_letter(uow, base_url, group.id, announced, inboxes, about=about, post_id=post.id)


def _pass_on_first(
    uow: UnitOfWork, base_url: str, post: Post, group: GroupSaidIn, activity_id: int
) -> None:
    heard = uow.session.get(HeardInGroup, post.id)
    if heard is None or not group.is_ours or post.state != PostState.VISIBLE:
        return
    document: JsonObject = orjson.loads(heard.body)
    uow.session.delete(heard)
    announced = _announced(base_url, activity_id, group, document)
    inboxes = list_group_inboxes(uow.session, group, post.author_actor_id)
    about = uri_of_post(uow.session, base_url, post)
    queue_letter(uow, base_url, group.id, announced, inboxes, about=about, post_id=post.id)
    _show(uow, base_url, post, group)


def _tell_first(
    uow: UnitOfWork, base_url: str, post: Post, group: GroupSaidIn, activity_id: int
) -> None:
    _tell(uow, base_url, post, group, activity_id, "Create")
    if group.is_ours:
        _show(uow, base_url, post, group)


def _tell(
    uow: UnitOfWork, base_url: str, post: Post, group: GroupSaidIn, activity_id: int, verb: str
) -> None:
    """To the group where it is; by ours, to everybody who comes for it."""
    author = actor_uri(base_url, post.author_actor_id)
    said = note.to_ap(uow.session, post, base_url, now=uow.now)
    about = note_uri(base_url, post.id)
    inner_id = uow.new_id() if group.is_ours else activity_id
    document = _activity(base_url, inner_id, verb, author, said, group)
    document |= {"to": said["to"], "cc": said["cc"], "published": moment(uow.now)}
    if not group.is_ours:
        to_group = [group.inbox]
        queue_letter(
            uow, base_url, post.author_actor_id, document, to_group, about=about, post_id=post.id
        )
        return
    announced = _announced(base_url, activity_id, group, document)
    inboxes = set(list_group_inboxes(uow.session, group, post.author_actor_id))
    if verb == "Update" and group.is_public:  # what only members read, who has left hears no more
        inboxes |= list_reached(uow, post.id)
    queue_letter(uow, base_url, group.id, announced, inboxes, about=about, post_id=post.id)


def _show(uow: UnitOfWork, base_url: str, post: Post, group: GroupSaidIn) -> None:
    """Microblogs pass on what a group shows them, as one of theirs would: only what everybody may
    read, and what begins a thread."""
    if post.is_reply or not group.is_public:
        return
    uri = uri_of_post(uow.session, base_url, post)
    document = _announced(base_url, uow.new_id(), group, uri)
    inboxes = list_group_inboxes(uow.session, group, post.author_actor_id)
    queue_letter(uow, base_url, group.id, document, inboxes, about=uri, post_id=post.id)


def _announced(base_url: str, activity_id: int, group: GroupSaidIn, thing: Json) -> JsonObject:
    envelope = (
        Addressed((PUBLIC,), (followers_uri(group.uri),))
        if group.is_public
        else Addressed((group.members,))
    )
    uri = activity_uri(base_url, activity_id)
    return activity(uri, "Announce", group.uri, thing, envelope, audience=group.uri)


def _activity(
    base_url: str, activity_id: int, verb: str, actor: str, thing: Json, group: GroupSaidIn
) -> JsonObject:
    uri, envelope = activity_uri(base_url, activity_id), address_in_group(group, ())
    return activity(uri, verb, actor, thing, envelope, audience=group.uri)


def _taken_away(uow: UnitOfWork, base_url: str, post: Post, group: GroupSaidIn) -> JsonObject:
    """By its author or by those who look after the group: the group itself says so, of nobody's
    doing in particular."""
    uri = uri_of_post(uow.session, base_url, post)
    document = _activity(base_url, uow.new_id(), "Delete", group.uri, uri, group)
    return document | ({"summary": post.reason} if post.reason else {})


def _is_heard(
    session: Session, fact: PostPublished | PostEdited | PostWithdrawn | PostNarrowed | PostArranged
) -> bool:
    if isinstance(fact, PostPublished) and fact.is_home:
        return False
    return bool(_IS_HEARD.rows(session.connection(), post=fact.post_id))


def _may_be_told(uow: UnitOfWork, base_url: str, post: Post) -> bool:
    if not may_leave_in_group(uow.session, base_url, post):
        return False
    return find_person(uow.session, post.author_actor_id, today=uow.now.date()) is not None


def _group_of(session: Session, base_url: str, post: Post) -> GroupSaidIn | None:
    if post.group_id is None or not talks(session):
        return None
    return find_group_said_in(session, base_url, post.group_id)


def _hold(uow: UnitOfWork, post_id: int) -> Post | None:
    return uow.session.get(Post, post_id, with_for_update=True, populate_existing=True)
