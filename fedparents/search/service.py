"""Writing down what can be found, and striking out what cannot be read any more."""

from __future__ import annotations

from sqlmodel import col, delete, select

from fedparents.db import UnitOfWork
from fedparents.posts.content import plain_text
from fedparents.posts.models import Audience, PollOption, Post, PostKind, PostState, PostTag
from fedparents.search.models import SearchDocument
from fedparents.search.terms import terms_of
from fedparents.swaps.models import Direction, Swap


def scope_of(group_id: int | None) -> str:
    """A term for where something was said; like all terms that are no words it begins with 0."""
    return "0town" if group_id is None else f"0g{group_id}"


def marks_of(kind: PostKind | None, direction: Direction | None) -> list[str]:
    """Terms for what it is."""
    return [f"0{each.value}" for each in (kind, direction) if each is not None]


def index_post(uow: UnitOfWork, post_id: int) -> None:
    """Write or strike out what a post is found by; messages between two people never are."""
    uow.session.exec(delete(SearchDocument).where(col(SearchDocument.post_id) == post_id))
    post = uow.session.get(Post, post_id)
    if post is None or post.state != PostState.VISIBLE or post.audience == Audience.DIRECT:
        return
    words = [post.warning, plain_text(post.text), *_options(uow, post), *_tags(uow, post)]
    swap = uow.session.get(Swap, post_id)
    direction = Direction(swap.direction) if swap else None
    marks = marks_of(PostKind(post.kind), direction)
    terms = [scope_of(post.group_id), *marks, *terms_of(" ".join(words))]
    uow.session.add(SearchDocument(post_id=post.id, terms=" ".join(terms)))


def _options(uow: UnitOfWork, post: Post) -> list[str]:
    if not post.has_poll:
        return []
    return list(uow.session.exec(select(PollOption.text).where(PollOption.post_id == post.id)))


def _tags(uow: UnitOfWork, post: Post) -> list[str]:
    return list(uow.session.exec(select(PostTag.tag).where(PostTag.post_id == post.id)))
