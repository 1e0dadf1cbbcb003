"""The words of a post: whom and what they name, and who may read it because of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor, ActorKind
from fedparents.db import UnitOfWork
from fedparents.errors import LimitReached
from fedparents.groups.models import Membership, MembershipState
from fedparents.posts.content import Content, compose
from fedparents.posts.models import Audience, Post, PostMention, PostRecipient, PostTag
from fedparents.posts.policy import TOWN
from fedparents.social.policy import is_present, not_blocked

MENTIONS_AT_MOST: Final = 20
TAGS_AT_MOST: Final = 20
_STAYS: Final = (Audience.GROUP, Audience.HERE)


def write_words(uow: UnitOfWork, viewer: Viewer, post: Post, text: str) -> Content:
    """Put the words into a new post and store it; raises LimitReached for too many names."""
    content = compose_words(uow.session, viewer, post, text)
    post.text, post.html = content.text, content.html
    uow.session.add(post)
    uow.session.flush()  # what hangs on it refers to it
    return content


def compose_words(session: Session, viewer: Viewer, post: Post, text: str) -> Content:
    """The words as everybody will see them; raises LimitReached for too many names."""
    content = compose(text, _resolver(session, viewer, post))
    if len(content.mentions) > MENTIONS_AT_MOST:
        raise LimitReached("too_many_mentions", at_most=MENTIONS_AT_MOST)
    return content


def _resolver(
    session: Session, viewer: Viewer, post: Post
) -> Callable[[frozenset[str]], Mapping[str, int]]:
    """Who can be mentioned: people here, in a group its members, nobody behind a block; and of
    people elsewhere those who are known here, where what is said may leave."""

    def resolve(handles: frozenset[str]) -> Mapping[str, int]:
        people = select(Actor.handle, Actor.id).where(
            col(Actor.handle).in_(handles),
            Actor.domain == "",
            Actor.kind == ActorKind.PERSON,
            is_present(col(Actor.id)),
            not_blocked(viewer.actor_id, col(Actor.id)),
        )
        if post.group_id is not None and post.audience not in TOWN:
            people = people.join(Membership, col(Membership.actor_id) == col(Actor.id)).where(
                Membership.group_id == post.group_id, Membership.state == MembershipState.ACTIVE
            )
        found = dict(session.exec(people).all())
        far = [handle for handle in handles if "@" in handle]
        if far and post.group_id is None and post.audience not in _STAYS:
            found |= _find_elsewhere(session, viewer, far)
        return found

    return resolve


def _find_elsewhere(session: Session, viewer: Viewer, far: list[str]) -> dict[str, int]:
    address = sa.func.lower(col(Actor.handle)) + "@" + col(Actor.domain)
    people = select(address, Actor.id).where(
        col(Actor.domain).in_([each.rpartition("@")[2] for each in far]),
        address.in_(far),
        Actor.kind == ActorKind.PERSON,
        not_blocked(viewer.actor_id, col(Actor.id)),
    )
    return dict(session.exec(people).all())


def list_unreached(
    session: Session, viewer: Viewer, content: Content, post: Post
) -> tuple[str, ...]:
    """People of this place who are named in words but cannot read it; whoever is behind a block is
    nobody here."""
    if post.group_id is None or post.audience in TOWN or not content.handles:
        return ()
    there = select(Actor.handle).where(
        col(Actor.handle).in_(content.handles),
        Actor.domain == "",
        Actor.kind == ActorKind.PERSON,
        is_present(col(Actor.id)),
        not_blocked(viewer.actor_id, col(Actor.id)),
        col(Actor.id).not_in(content.mentions),
    )
    return tuple(session.exec(there.order_by(Actor.handle)))


def name_people(uow: UnitOfWork, post: Post, named: Iterable[int], tags: Sequence[str]) -> None:
    """Remember whom and what the words name. A letter names nobody who does not get it; what is for
    followers can be read by whom it names and whom it answers, too."""
    if post.audience == Audience.FOLLOWERS:
        let_read(uow, post, {*named, *_authors_of(uow.session, post.in_reply_to_id)})
    if post.audience == Audience.DIRECT:
        readers = _readers(uow.session, post)
        named, tags = [each for each in named if each in readers], ()
    uow.session.add_all(PostMention(post_id=post.id, actor_id=each) for each in named)
    uow.session.add_all(PostTag(tag=tag, post_id=post.id) for tag in tags[:TAGS_AT_MOST])


def name_anew(uow: UnitOfWork, post: Post, named: Iterable[int], tags: Sequence[str]) -> None:
    """The same for words that were changed."""
    for table in (PostMention, PostTag):
        uow.session.exec(delete(table).where(col(table.post_id) == post.id))
    name_people(uow, post, named, tags)


def let_read(uow: UnitOfWork, post: Post, readers: Iterable[int]) -> None:
    """These may read it, beside its audience; whoever could, still can."""
    there = {*_readers(uow.session, post), post.author_actor_id}
    new = sorted({*readers} - there)
    uow.session.add_all(PostRecipient(post_id=post.id, actor_id=each) for each in new)


def _readers(session: Session, post: Post) -> set[int]:
    getting = select(PostRecipient.actor_id).where(PostRecipient.post_id == post.id)
    return set(session.exec(getting))


def _authors_of(session: Session, post_id: int | None) -> list[int]:
    """Whoever said that; of what has no name nobody."""
    said = select(Post.author_actor_id).where(Post.id == post_id, sa.not_(col(Post.is_anonymous)))
    return list(session.exec(said)) if post_id is not None else []
