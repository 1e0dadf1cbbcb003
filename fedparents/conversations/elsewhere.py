"""Letters from other towns: into the same conversations, under the same rules as from next door."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from fedparents.actors.models import Actor
from fedparents.conversations.access import find_by_key, key_of
from fedparents.conversations.facts import MessageRequested
from fedparents.conversations.models import (
    Conversation,
    ConversationMember,
    ConversationPost,
    MemberState,
)
from fedparents.conversations.policy import PEOPLE_AT_MOST, is_restricted, shares_group
from fedparents.conversations.service import A_DAY_FOR_NEWCOMERS, catch_eyes
from fedparents.db import UnitOfWork
from fedparents.errors import LimitReached
from fedparents.ids import ActorId
from fedparents.posts.elsewhere import Said, record_said
from fedparents.posts.models import Post
from fedparents.social.access import hold_people
from fedparents.social.policy import is_blocked_between, is_present

UNANSWERED_AT_MOST: Final = 30
"""Letters of a stranger from elsewhere that wait: their town tells them of no limit, and some send
one letter in pieces."""
_DAY: Final = timedelta(days=1)


def receive_letter(uow: UnitOfWork, author: Actor, said: Said) -> Post | None:
    """Somebody elsewhere has written to people, some of whom are here; None where none of these
    gets it: of that, nobody is told. Raises LimitReached for somebody who writes to too many."""
    people = frozenset(ActorId(each) for each in said.readers) - {ActorId(author.id)}
    if not 0 < len(people) < PEOPLE_AT_MOST:
        return None
    hold_people(uow, {author.id, *people})
    actors = [uow.session.get_one(Actor, each) for each in sorted(people)]
    here = [ActorId(each.id) for each in actors if not each.domain and _gets(uow, author, each)]
    if not here:
        return None
    # Whoever is elsewhere too is told by the author's own town.
    everybody = here + [ActorId(each.id) for each in actors if each.domain]
    conversation = _find_or_begin(uow, author, here, everybody, said.answers_id)
    post = record_said(uow, author, replace(said, readers=everybody))
    uow.session.add(ConversationPost(post_id=post.id, conversation_id=conversation.id))
    conversation.last_at = uow.now
    uow.session.add(conversation)
    catch_eyes(uow, conversation, post, _states(uow.session, conversation, everybody))
    return post


def _gets(uow: UnitOfWork, author: Actor, other: Actor) -> bool:
    present = select(Actor.id).where(Actor.id == other.id, is_present(other.id))
    if uow.session.exec(present).first() is None:
        return False
    if is_blocked_between(uow.session, author.id, other.id):
        return False
    return (
        _is_known(uow, author, other.id)
        or not uow.session.execute(sa.select(is_restricted(other.id, uow.now.date()))).scalar_one()
    )


def _is_known(uow: UnitOfWork, author: Actor, other: int) -> bool:
    """Whether they meet in a group: then nobody is asked whether letters are welcome."""
    return bool(uow.session.execute(sa.select(shares_group(author.id, other))).scalar_one())


def _find_or_begin(
    uow: UnitOfWork,
    author: Actor,
    here: list[ActorId],
    everybody: list[ActorId],
    answers_id: int | None,
) -> Conversation:
    key = key_of({author.id, *everybody}, None)
    found = _find_answered(uow.session, answers_id, {author.id, *everybody})
    found = found or find_by_key(uow.session, key)
    if found is None:
        _check_day(uow, author)
        return _begin(uow, author, key, here, everybody)
    members = select(ConversationMember).where(ConversationMember.conversation_id == found.id)
    for member in uow.session.exec(members):
        if member.actor_id == author.id:
            member.state, member.left_at = MemberState.ACCEPTED, None
        elif member.left_at is not None and member.actor_id in here:
            member.state, member.left_at = MemberState.REQUEST, None
            uow.record(MessageRequested(found.id, member.actor_id))
        uow.session.add(member)
    uow.session.flush()
    _check_waiting(uow, author, found, here)
    return found


def _find_answered(
    session: Session, answers_id: int | None, people: set[int]
) -> Conversation | None:
    """That of the letter which it answers, if it is among the same people."""
    letter = session.get(ConversationPost, answers_id) if answers_id is not None else None
    if letter is None:
        return None
    inside = select(ConversationMember.actor_id).where(
        ConversationMember.conversation_id == letter.conversation_id
    )
    if set(session.exec(inside)) != people:
        return None
    return session.get(Conversation, letter.conversation_id)


def _begin(
    uow: UnitOfWork, author: Actor, key: str, here: list[ActorId], everybody: list[ActorId]
) -> Conversation:
    conversation = Conversation(
        id=uow.new_id(),
        key=key,
        started_by_actor_id=author.id,
        last_at=uow.now,
        created_at=uow.now,
    )
    uow.session.add(conversation)
    uow.session.flush()  # its members refer to it
    for each in (ActorId(author.id), *everybody):
        asks = each in here and not _is_known(uow, author, each)
        state = MemberState.REQUEST if asks else MemberState.ACCEPTED
        uow.session.add(
            ConversationMember(conversation_id=conversation.id, actor_id=each, state=state)
        )
        if state == MemberState.REQUEST:
            uow.record(MessageRequested(conversation.id, each))
    uow.session.flush()
    return conversation


def _states(
    session: Session, conversation: Conversation, people: list[ActorId]
) -> dict[int, MemberState]:
    members = select(ConversationMember).where(
        ConversationMember.conversation_id == conversation.id,
        col(ConversationMember.actor_id).in_(people),
    )
    return {each.actor_id: MemberState(each.state) for each in session.exec(members)}


def _check_day(uow: UnitOfWork, author: Actor) -> None:
    begun = select(func.count()).where(
        Conversation.started_by_actor_id == author.id, Conversation.created_at > uow.now - _DAY
    )
    if uow.session.exec(begun).one() >= A_DAY_FOR_NEWCOMERS:
        raise LimitReached("conversations_a_day", at_most=A_DAY_FOR_NEWCOMERS)


def _check_waiting(
    uow: UnitOfWork, author: Actor, conversation: Conversation, here: list[ActorId]
) -> None:
    states = _states(uow.session, conversation, here).values()
    if any(state == MemberState.ACCEPTED for state in states):
        return
    letters = (
        select(func.count())
        .select_from(ConversationPost)
        .join(Post, col(Post.id) == col(ConversationPost.post_id))
        .where(
            ConversationPost.conversation_id == conversation.id,
            Post.author_actor_id == author.id,
        )
    )
    if uow.session.exec(letters).one() >= UNANSWERED_AT_MOST:
        raise LimitReached("wait_for_answer", at_most=UNANSWERED_AT_MOST)
