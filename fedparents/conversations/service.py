"""Writing to people: the first letter, the next ones, and what whoever gets them makes of it.

Somebody who was blocked or ignored notices nothing: what they write is kept for themselves, and
what they may do is what anybody may do who waits for an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, func, select, update

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.conversations.access import (
    Held,
    Other,
    find_by_key,
    find_tie,
    get_own,
    hold,
    key_of,
    meet_author,
    refuse_closed,
)
from fedparents.conversations.facts import MessageReceived, MessageRequested
from fedparents.conversations.models import (
    Conversation,
    ConversationMember,
    ConversationPost,
    MemberState,
)
from fedparents.conversations.policy import (
    PEOPLE_AT_MOST,
    Reach,
    reach_of,
    reads,
)
from fedparents.db import UnitOfWork, table_of
from fedparents.errors import Conflict, Invalid, LimitReached, NotAllowed
from fedparents.ids import ActorId, ConversationId, PostId
from fedparents.media.service import PhotoDraft
from fedparents.posts.direct import DirectDraft, publish_direct
from fedparents.posts.models import Post, PostState
from fedparents.social.access import get_other, hold_people
from fedparents.social.policy import has_blocked, not_muted

UNANSWERED_AT_MOST: Final = 3
"""Letters in a row, as long as nobody has let one write."""
A_DAY: Final = 60
A_DAY_FOR_NEWCOMERS: Final = 20
"""New conversations of one person."""
NEWCOMER_FOR: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)
_WAITING: Final = (MemberState.REQUEST, MemberState.IGNORED)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDraft:
    """What somebody writes."""

    text: str
    photos: tuple[PhotoDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter, and the conversation in which it is found."""

    conversation_id: ConversationId
    post: Post


def write_to(
    uow: UnitOfWork, viewer: Viewer, people: Iterable[ActorId], draft: MessageDraft
) -> Sent:
    """Write to one or several people about nothing in particular; where there is a conversation of
    the same people it goes on.

    Raises NotFound for somebody who is not there for the viewer, NotAllowed for somebody who cannot
    be written to, Invalid, LimitReached, and what `send_message` raises.
    """
    others = frozenset(people)
    _check_people(uow, viewer, others)
    reaches = {each: _reach(uow, viewer, each) for each in others}
    return _write(uow, viewer, reaches, draft, about=None)


def write_about(uow: UnitOfWork, viewer: Viewer, post_id: PostId, draft: MessageDraft) -> Sent:
    """Write to whoever posted something, about it. Raises like `write_to`, and NotFound for a post
    that the viewer may not read, and what `meet_author` raises."""
    about = meet_author(uow.session, viewer, post_id, today=uow.now.date())
    author = ActorId(about.post.author_actor_id)
    _check_people(uow, viewer, frozenset((author,)))
    reaches = {author: _reach(uow, viewer, author, is_invited=about.is_invited)}
    return _write(uow, viewer, reaches, draft, about=about.post)


def send_message(
    uow: UnitOfWork, viewer: Viewer, conversation_id: ConversationId, draft: MessageDraft
) -> Sent:
    """Write on. Whoever answers a request has accepted it.

    Raises NotFound, Invalid on `text` or `photos`, Conflict("conversation_closed") and
    ("nobody_left"), NotAllowed("unblock_first") and ("cannot_be_written_to"), and
    LimitReached("wait_for_answer") as long as nobody has accepted.
    """
    held = hold(uow, viewer, conversation_id)
    refuse_closed(uow, held.conversation)
    recipients = _recipients(held.others)
    _check_waiting(uow, viewer, held, draft)
    post = publish_direct(
        uow,
        viewer,
        DirectDraft(
            text=draft.text,
            recipients=frozenset(ActorId(each.actor_id) for each in recipients),
            in_reply_to_id=_find_answered(uow.session, viewer, held.conversation),
            photos=draft.photos,
        ),
    )
    uow.session.add(ConversationPost(post_id=post.id, conversation_id=conversation_id))
    _come_first(uow, held, post)
    states = {each.actor_id: each.state for each in recipients}
    catch_eyes(uow, held.conversation, post, states)
    return Sent(conversation_id, post)


def accept_conversation(
    uow: UnitOfWork, viewer: Viewer, conversation_id: ConversationId
) -> ConversationMember:
    """Let them write: links and photos work from now on, and it rings. Nobody is told."""
    return _answer_request(uow, viewer, conversation_id, MemberState.ACCEPTED)


def ignore_conversation(
    uow: UnitOfWork, viewer: Viewer, conversation_id: ConversationId
) -> ConversationMember:
    """Put a request out of sight; raises Conflict("already_accepted"). Nobody is told."""
    return _answer_request(uow, viewer, conversation_id, MemberState.IGNORED)


def leave_conversation(uow: UnitOfWork, viewer: Viewer, conversation_id: ConversationId) -> None:
    """Nothing more arrives, and nothing of it is shown; the others see that one has gone."""
    held = hold(uow, viewer, conversation_id)
    held.own.left_at = uow.now
    uow.session.add(held.own)


def mark_read(
    uow: UnitOfWork, viewer: Viewer, conversation_id: ConversationId, up_to: PostId
) -> None:
    """All up to this letter have been on the viewer's screen."""
    own = get_own(uow.session, viewer, conversation_id)
    if up_to > own.read_post_id:
        own.read_post_id = up_to
        uow.session.add(own)


def forget_correspondent(uow: UnitOfWork, actor_id: int) -> None:
    """An account has been erased: its person is in no conversation any more."""
    still = update(ConversationMember).where(
        col(ConversationMember.actor_id) == actor_id, col(ConversationMember.left_at).is_(None)
    )
    uow.session.exec(still.values(left_at=uow.now))


def _check_people(uow: UnitOfWork, viewer: Viewer, others: frozenset[ActorId]) -> None:
    """Everybody has to exist for the viewer, and for that moment nothing changes between them."""
    if not 0 < len(others) < PEOPLE_AT_MOST:
        raise Invalid({"people": "recipients_at_most"}, at_most=PEOPLE_AT_MOST - 1)
    hold_people(uow, {viewer.actor_id, *others})
    for each in sorted(others):
        get_other(uow, viewer, each)
        if has_blocked(uow.session, viewer.actor_id, each):
            raise NotAllowed("unblock_first")


def _reach(uow: UnitOfWork, viewer: Viewer, other: int, *, is_invited: bool = False) -> Reach:
    tie = find_tie(uow.session, viewer.actor_id, other, today=uow.now.date(), is_invited=is_invited)
    found = reach_of(tie)
    if found == Reach.CLOSED:
        raise NotAllowed("cannot_be_written_to")
    return found


def _write(
    uow: UnitOfWork,
    viewer: Viewer,
    reaches: dict[ActorId, Reach],
    draft: MessageDraft,
    *,
    about: Post | None,
) -> Sent:
    key = key_of({viewer.actor_id, *reaches}, about.id if about is not None else None)
    found = find_by_key(uow.session, key)
    if found is None:
        _check_day(uow, viewer)
        found = _begin(uow, viewer, reaches, key, about)
    else:
        _come_back(uow, viewer, found)
    uow.session.flush()  # the letter refers to it
    return send_message(uow, viewer, ConversationId(found.id), draft)


def _begin(
    uow: UnitOfWork, viewer: Viewer, reaches: dict[ActorId, Reach], key: str, about: Post | None
) -> Conversation:
    conversation = Conversation(
        id=uow.new_id(),
        key=key,
        about_post_id=about.id if about is not None else None,
        is_about_post=about is not None,
        started_by_actor_id=viewer.actor_id,
        last_at=uow.now,
        created_at=uow.now,
    )
    uow.session.add(conversation)
    uow.session.flush()  # its members refer to it
    states = {
        other: MemberState.ACCEPTED if reach == Reach.KNOWN else MemberState.REQUEST
        for other, reach in reaches.items()
    }
    for actor_id, state in {viewer.actor_id: MemberState.ACCEPTED, **states}.items():
        uow.session.add(
            ConversationMember(conversation_id=conversation.id, actor_id=actor_id, state=state)
        )
    for actor_id, state in states.items():
        if state == MemberState.REQUEST:
            uow.record(MessageRequested(conversation.id, actor_id))
    return conversation


def _come_back(uow: UnitOfWork, viewer: Viewer, conversation: Conversation) -> None:
    """Whoever writes anew is in it again; whoever else had left is asked like by a stranger."""
    left = select(ConversationMember).where(
        ConversationMember.conversation_id == conversation.id,
        col(ConversationMember.left_at).is_not(None),
    )
    for member in uow.session.exec(left):
        is_own = member.actor_id == viewer.actor_id
        member.left_at = None
        member.state = MemberState.ACCEPTED if is_own else MemberState.REQUEST
        uow.session.add(member)
        if not is_own:
            uow.record(MessageRequested(conversation.id, member.actor_id))


def _check_day(uow: UnitOfWork, viewer: Viewer) -> None:
    account = uow.session.get_one(Account, viewer.account_id)
    is_newcomer = (account.decided_at or account.created_at) > uow.now - NEWCOMER_FOR
    at_most = A_DAY_FOR_NEWCOMERS if is_newcomer else A_DAY
    begun = select(func.count(), func.min(Conversation.created_at)).where(
        Conversation.started_by_actor_id == viewer.actor_id,
        Conversation.created_at > uow.now - _DAY,
    )
    count, earliest = uow.session.exec(begun).one()
    if count >= at_most:
        wait = earliest + _DAY - uow.now
        raise LimitReached("conversations_a_day", at_most=at_most, retry_after=wait)


def _recipients(others: Iterable[Other]) -> list[Other]:
    """Who gets it. Raises when it is plain that nobody does; never for those who block."""
    here = [each for each in others if each.is_here]
    if not here:
        raise Conflict("nobody_left")
    reachable = [each for each in here if each.is_reachable]
    if not reachable:
        raise NotAllowed("cannot_be_written_to")
    if all(each.is_blocked for each in reachable):
        raise NotAllowed("unblock_first")
    return [each for each in reachable if each.gets_letters]


def _check_waiting(uow: UnitOfWork, viewer: Viewer, held: Held, draft: MessageDraft) -> None:
    """What goes to somebody who has not said yes is words only, and not many of them."""
    here = [each for each in held.others if each.is_here]
    waiting = [each for each in here if each.state in _WAITING]
    if waiting and draft.photos:
        raise Invalid({"photos": "photos_once_accepted"})
    if len(waiting) < len(here):
        return
    if _count_unanswered(uow.session, viewer, held.conversation) >= UNANSWERED_AT_MOST:
        raise LimitReached("wait_for_answer", at_most=UNANSWERED_AT_MOST)


def _count_unanswered(session: Session, viewer: Viewer, conversation: Conversation) -> int:
    """The viewer's letters since somebody else's last one."""
    letters = (
        select(Post.author_actor_id)
        .join(ConversationPost, col(ConversationPost.post_id) == col(Post.id))
        .where(ConversationPost.conversation_id == conversation.id, reads(viewer.actor_id))
        .order_by(col(Post.id).desc())
        .limit(UNANSWERED_AT_MOST)
    )
    authors = session.exec(letters)
    return sum(1 for _ in takewhile(lambda author: author == viewer.actor_id, authors))


def _find_answered(session: Session, viewer: Viewer, conversation: Conversation) -> PostId | None:
    """The letter before this one, so that apps show them as one thread; else what it is about."""
    letters = (
        select(ConversationPost.post_id)
        .join(Post, col(Post.id) == col(ConversationPost.post_id))
        .where(
            ConversationPost.conversation_id == conversation.id,
            Post.state == PostState.VISIBLE,
            reads(viewer.actor_id),
        )
        .order_by(col(ConversationPost.post_id).desc())
    )
    found = session.exec(letters.limit(1)).first()
    answered = found if found is not None else conversation.about_post_id
    return PostId(answered) if answered is not None else None


def _come_first(uow: UnitOfWork, held: Held, post: Post) -> None:
    """It moves to the top of its author's own list, as something that they know."""
    held.conversation.last_at = uow.now
    held.own.state = MemberState.ACCEPTED
    held.own.last_post_id = held.own.read_post_id = post.id
    uow.session.add_all((held.conversation, held.own))


def catch_eyes(
    uow: UnitOfWork,
    conversation: Conversation,
    post: Post,
    recipients: Mapping[int, MemberState],
) -> None:
    """It moves to the top of each list, as something new unless one has muted its author."""
    member = table_of(ConversationMember)
    wants = not_muted(member.c.actor_id, post.author_actor_id, uow.now)
    wake = (
        sa.update(member)
        .where(
            member.c.conversation_id == conversation.id,
            member.c.actor_id.in_(list(recipients)),
        )
        .values(
            last_post_id=post.id,
            read_post_id=sa.case((wants, member.c.read_post_id), else_=post.id),
        )
    )
    uow.session.execute(wake)
    if any(state == MemberState.ACCEPTED for state in recipients.values()):
        uow.record(MessageReceived(conversation.id, post.id))


def _answer_request(
    uow: UnitOfWork, viewer: Viewer, conversation_id: ConversationId, state: MemberState
) -> ConversationMember:
    own = hold(uow, viewer, conversation_id).own
    if own.state == MemberState.ACCEPTED and state == MemberState.IGNORED:
        raise Conflict("already_accepted")
    own.state = state
    uow.session.add(own)
    return own
