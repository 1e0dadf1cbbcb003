"""What happens under an ask or a question: thanks, the answer that helped, and the end of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import col, update

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, NotAllowed, NotFound
from fedparents.groups.policy import Standing
from fedparents.ids import PostId
from fedparents.posts.access import Met, get_met, hold_met
from fedparents.posts.facts import (
    AnswerAccepted,
    Arranged,
    PostArranged,
    PostEdited,
    Thanked,
    ThanksEnded,
)
from fedparents.posts.models import Post, PostKind, PostState, Thanks
from fedparents.social.policy import is_blocked_between

OTHERS_ACCEPT_AFTER: Final = timedelta(days=14)
"""From then on those who look after the group may say which answer helped."""
_ANSWERED: Final = frozenset((PostKind.QUESTION, PostKind.SWAP))
_HELPING: Final = frozenset((Standing.HOST, Standing.MODERATOR, Standing.MANAGER))


def thank(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """Say thank you; a second time changes nothing. Raises NotFound."""
    post = get_met(uow.session, viewer, post_id, today=uow.now.date()).post
    if uow.session.get(Thanks, (post_id, viewer.actor_id)) is not None:
        return post
    uow.session.add(Thanks(post_id=post_id, actor_id=viewer.actor_id, created_at=uow.now))
    _count_thanks(uow, post_id, +1)
    uow.record(Thanked(post_id, viewer.actor_id))
    return post


def unthank(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """Take the thanks back; without any nothing changes. Raises NotFound."""
    post = get_met(uow.session, viewer, post_id, today=uow.now.date()).post
    if (thanks := uow.session.get(Thanks, (post_id, viewer.actor_id))) is not None:
        uow.session.delete(thanks)
        _count_thanks(uow, post_id, -1)
        uow.record(ThanksEnded(post_id, viewer.actor_id))
    return post


def thank_from_elsewhere(uow: UnitOfWork, actor_id: int, post: Post) -> bool:
    """Somebody of another town thanks for a post that may be known there. Whether it counts: not
    between two of whom one has blocked the other, of which nobody is told."""
    author = post.author_actor_id
    if post.state != PostState.VISIBLE or is_blocked_between(uow.session, actor_id, author):
        return False
    if uow.session.get(Thanks, (post.id, actor_id)) is None:
        uow.session.add(Thanks(post_id=post.id, actor_id=actor_id, created_at=uow.now))
        _count_thanks(uow, post.id, +1)
        uow.record(Thanked(post.id, actor_id))
    return True


def unthank_from_elsewhere(uow: UnitOfWork, actor_id: int, post_id: int) -> None:
    """Somebody of another town takes their thanks back."""
    if (thanks := uow.session.get(Thanks, (post_id, actor_id))) is not None:
        uow.session.delete(thanks)
        _count_thanks(uow, post_id, -1)


def accept_answer(uow: UnitOfWork, viewer: Viewer, reply_id: PostId) -> Post:
    """Say that an answer helped: it is shown first. Gives the post that was answered.

    For whoever asked, after fourteen days also for hosts of the group. Raises NotFound,
    NotAllowed("not_the_asker"), Conflict("not_an_answer").
    """
    reply = get_met(uow.session, viewer, reply_id, today=uow.now.date()).post
    if reply.root_id == reply.id or reply.state != PostState.VISIBLE:
        raise Conflict("not_an_answer")
    asked = _hold_asked(uow, viewer, PostId(reply.root_id))
    if asked.accepted_reply_id != reply_id:
        asked.accepted_reply_id = reply_id
        uow.session.add(asked)
        uow.record(AnswerAccepted(asked.id, reply_id))
        uow.record(PostEdited(asked.id))  # other towns show it first, too
    return asked


def unaccept_answer(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """Think again about which answer helped."""
    asked = _hold_asked(uow, viewer, post_id)
    if asked.accepted_reply_id is not None:
        asked.accepted_reply_id = None
        uow.session.add(asked)
        uow.record(PostEdited(asked.id))
    return asked


def close_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """No more answers: for its author, and for those who look after the group."""
    return _set_closed(uow, viewer, post_id, is_closed=True)


def reopen_post(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    """Take answers again."""
    return _set_closed(uow, viewer, post_id, is_closed=False)


def _set_closed(uow: UnitOfWork, viewer: Viewer, post_id: PostId, *, is_closed: bool) -> Post:
    met = hold_met(uow, viewer, post_id)
    looks_after = met.standing in _HELPING - {Standing.HOST}
    if not (met.relation.is_author or looks_after):
        raise NotAllowed("not_the_author")
    if met.post.is_reply:
        raise NotFound("post_not_found")
    if is_closed == (met.post.closed_at is not None):
        return met.post
    met.post.closed_at = uow.now if is_closed else None
    uow.session.add(met.post)
    uow.record(PostArranged(post_id, Arranged.CLOSED if is_closed else Arranged.REOPENED))
    return met.post


def _hold_asked(uow: UnitOfWork, viewer: Viewer, post_id: PostId) -> Post:
    met = hold_met(uow, viewer, post_id)
    if met.post.kind not in _ANSWERED:
        raise Conflict("not_a_question")
    if not can_say_what_helped(met, uow.now):
        raise NotAllowed("not_the_asker")
    return met.post


def can_say_what_helped(met: Met, now: datetime) -> bool:
    """The asker at once, hosts of the group when nobody has said so for fourteen days."""
    if met.post.kind not in _ANSWERED:
        return False
    waited = now - met.post.created_at
    return met.relation.is_author or (met.standing in _HELPING and waited >= OTHERS_ACCEPT_AFTER)


def _count_thanks(uow: UnitOfWork, post_id: int, change: int) -> None:
    count = update(Post).where(col(Post.id) == post_id)
    uow.session.exec(count.values(thanks_count=col(Post.thanks_count) + change))
