"""Letters: posts for those alone to whom they are written.

Who may write to whom is not known here: `conversations` decides it, and nobody else comes here.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.ids import ActorId, PostId
from fedparents.instance.queries import get_instance
from fedparents.media.service import PhotoDraft
from fedparents.posts.models import Audience, Post, PostRecipient
from fedparents.posts.naming import name_people, write_words
from fedparents.posts.service import add_photos, announce, checked_text


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectDraft:
    """What somebody writes, and who gets it: nobody else, whoever is named in the words."""

    text: str
    recipients: frozenset[ActorId]
    """May be empty: what nobody wants to have is kept by its author."""
    in_reply_to_id: PostId | None = None
    """An earlier letter, or the post that it is about."""
    photos: tuple[PhotoDraft, ...] = ()


def publish_direct(uow: UnitOfWork, viewer: Viewer, draft: DirectDraft) -> Post:
    """Write to these people. Raises Invalid on `text` or `photos`, LimitReached."""
    text = checked_text(draft.text, may_be_empty=bool(draft.photos))
    post = _new_letter(uow, viewer, draft)
    content = write_words(uow, viewer, post, text)
    readers = draft.recipients - {viewer.actor_id}
    uow.session.add_all(PostRecipient(post_id=post.id, actor_id=each) for each in sorted(readers))
    name_people(uow, post, content.mentions, content.tags)
    add_photos(uow, viewer, post, draft.photos)
    announce(uow, post)
    return post


def _new_letter(uow: UnitOfWork, viewer: Viewer, draft: DirectDraft) -> Post:
    post_id = uow.new_id()
    return Post(
        id=post_id,
        author_actor_id=viewer.actor_id,
        audience=Audience.DIRECT,
        text="",
        html="",
        language=viewer.language or get_instance(uow.session).language,
        is_reply=draft.in_reply_to_id is not None,
        in_reply_to_id=draft.in_reply_to_id,
        root_id=_find_root(uow.session, draft.in_reply_to_id) or post_id,
        created_at=uow.now,
    )


def _find_root(session: Session, answered_id: PostId | None) -> int | None:
    """Letters are threads among themselves: none is a part of the thread that it is about."""
    answered = session.get(Post, answered_id) if answered_id is not None else None
    if answered is None or answered.audience != Audience.DIRECT:
        return None
    return answered.root_id
