"""Who is told when somebody has said something: each is one job's work, and may run twice.

Everybody is told of one post once, by what concerns them most: that they were answered, that they
were named, that their group is asked, that they follow its author. All of it has one cause, so that
the first of these that is written down keeps the others out.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from fedparents.accounts.models import Account
from fedparents.conversations.facts import MessageReceived, MessageRequested
from fedparents.conversations.models import Conversation, ConversationMember, MemberState
from fedparents.db import UnitOfWork
from fedparents.groups.models import Membership, MembershipState
from fedparents.groups.policy import DECIDERS
from fedparents.moderation.facts import DecisionMade
from fedparents.moderation.models import Decision, DecisionState, Report
from fedparents.moderation.subjects import find_subject
from fedparents.notifications.kinds import Kind
from fedparents.notifications.likeliest import HELPERS_AT_MOST, list_helpers
from fedparents.notifications.occasions import accounts_of, announce
from fedparents.notifications.rings import ring, ring_first
from fedparents.notifications.service import Notice, Told, tell_followers, tell_members
from fedparents.notifications.statements import IS_FOR_SOMEBODY
from fedparents.posts.anonymous import find_author
from fedparents.posts.facts import (
    AnswerAccepted,
    PollEnded,
    PostDecided,
    PostEdited,
    PostHeld,
    PostPublished,
    Shared,
    Thanked,
)
from fedparents.posts.models import (
    Audience,
    PollBallot,
    Post,
    PostKind,
    PostMention,
    PostState,
    Share,
)
from fedparents.swaps.models import Direction, Swap


def is_for_somebody(session: Session, fact: PostPublished) -> bool:
    """Whether there may be somebody to tell: of most that comes from other towns there is not."""
    return bool(IS_FOR_SOMEBODY.rows(session.connection(), subject_id=fact.post_id))


def on_post_published(uow: UnitOfWork, fact: PostPublished) -> list[int]:
    """Whom it answers and names, whose group it asks, and who follows its author."""
    post = uow.session.get(Post, fact.post_id)
    if post is None or post.state != PostState.VISIBLE or post.audience == Audience.DIRECT:
        return []  # letters are told of by their conversations
    told = _tell_answered(uow, post) + _tell_named(uow, post)
    if not post.is_reply and post.group_id is not None:
        told += _tell_group(uow, post)
    if not post.is_anonymous:
        told += _tell_followers(uow, post)
    return told


def on_post_edited(uow: UnitOfWork, fact: PostEdited) -> list[int]:
    """Whom it names now; those who had been told of the post are not told again."""
    post = uow.session.get(Post, fact.post_id)
    if post is None or post.state != PostState.VISIBLE or post.audience == Audience.DIRECT:
        return []
    return _tell_named(uow, post)


def on_answer_accepted(uow: UnitOfWork, fact: AnswerAccepted) -> list[int]:
    """Who answered, unless the asker thought again, or answered themself."""
    asked, reply = uow.session.get(Post, fact.post_id), uow.session.get(Post, fact.reply_id)
    if asked is None or reply is None or asked.accepted_reply_id != reply.id:
        return []
    helper, asker = find_author(uow.session, reply), find_author(uow.session, asked)
    if helper is None or helper == asker:
        return []
    notice = _about(Kind.ACCEPTED, reply, f"accepted:{reply.id}", by=_shown_author(asked))
    return announce(uow, notice, accounts_of(uow.session, helper))


def on_thanked(uow: UnitOfWork, fact: Thanked) -> list[int]:
    """Whoever wrote it; somebody who thanks twice thanks once."""
    post = uow.session.get(Post, fact.post_id)
    author = find_author(uow.session, post) if post is not None else None
    if post is None or author is None or author == fact.by_actor_id:
        return []
    cause = f"thanks:{post.id}:{fact.by_actor_id}"
    notice = _about(Kind.THANKS, post, cause, by=fact.by_actor_id, bundle=f"thanks:{post.id}")
    return announce(uow, notice, accounts_of(uow.session, author))


def on_shared(uow: UnitOfWork, fact: Shared) -> list[int]:
    """Whoever wrote it; somebody who passes it on twice does so once."""
    post = uow.session.get(Post, fact.post_id)
    if post is None or uow.session.get(Share, fact.share_id) is None:
        return []
    if post.author_actor_id == fact.by_actor_id:
        return []
    cause = f"shared:{post.id}:{fact.by_actor_id}"
    notice = _about(Kind.SHARED, post, cause, by=fact.by_actor_id, bundle=f"shared:{post.id}")
    return announce(uow, notice, accounts_of(uow.session, post.author_actor_id))


def on_poll_ended(uow: UnitOfWork, fact: PollEnded) -> list[int]:
    """Who made the poll, and who voted."""
    post = uow.session.get(Post, fact.post_id)
    if post is None or post.state != PostState.VISIBLE:
        return []
    voters = select(PollBallot.actor_id).where(PollBallot.post_id == post.id)
    concerned = {*uow.session.exec(voters), find_author(uow.session, post) or 0}
    notice = _about(Kind.POLL, post, f"poll:{post.id}", by=None)
    return announce(uow, notice, accounts_of(uow.session, *concerned))


def on_post_held(uow: UnitOfWork, fact: PostHeld) -> list[int]:
    """Those who look after the group."""
    post = uow.session.get(Post, fact.post_id)
    if post is None or post.state != PostState.HELD or post.group_id is None:
        return []
    deciders = (
        select(Account.id)
        .join(Membership, col(Membership.actor_id) == col(Account.actor_id))
        .where(
            Membership.group_id == post.group_id,
            Membership.state == MembershipState.ACTIVE,
            col(Membership.role).in_(DECIDERS),
        )
    )
    bundle = f"held:{post.group_id}"
    notice = _about(Kind.HELD_POST, post, f"held:{post.id}", by=_shown_author(post), bundle=bundle)
    return announce(uow, notice, list(uow.session.exec(deciders)))


def on_post_decided(uow: UnitOfWork, fact: PostDecided) -> list[int]:
    """Its author, unless the decision has been undone, or taken anew since."""
    post = uow.session.get(Post, fact.post_id)
    if post is None or post.decided_at is None or post.decided_at.isoformat() != fact.decided_at:
        return []
    return _tell_decision(uow, post, fact.decided_at)


def on_decision_made(uow: UnitOfWork, fact: DecisionMade) -> list[int]:
    """The author of what was hidden, if it is hidden still."""
    decision = uow.session.get(Decision, fact.decision_id)
    if decision is None or decision.state != DecisionState.STANDS:
        return []
    report = uow.session.get_one(Report, decision.report_id)
    post = find_subject(uow.session, report).post
    if post is None or post.state != PostState.HIDDEN:
        return []
    return _tell_decision(uow, post, post.decided_at.isoformat() if post.decided_at else "")


def on_message_received(uow: UnitOfWork, fact: MessageReceived) -> list[int]:
    """Those in the conversation who have let its author write, and have not read it yet."""
    letter = uow.session.get(Post, fact.post_id)
    if letter is None or letter.state != PostState.VISIBLE:
        return []
    notice = Notice(
        Kind.MESSAGE,
        cause=f"message:{letter.id}",
        bundle=f"message:{fact.conversation_id}",
        subject_id=fact.conversation_id,
        actor_id=letter.author_actor_id,
    )
    readers = select(ConversationMember.actor_id).where(
        ConversationMember.conversation_id == fact.conversation_id,
        ConversationMember.actor_id != letter.author_actor_id,
        ConversationMember.state == MemberState.ACCEPTED,
        col(ConversationMember.last_post_id) >= letter.id,
        col(ConversationMember.read_post_id) < letter.id,
        col(ConversationMember.left_at).is_(None),
    )
    return announce(uow, notice, accounts_of(uow.session, *uow.session.exec(readers)))


def on_message_requested(uow: UnitOfWork, fact: MessageRequested) -> list[int]:
    """Whom a stranger would like to write to; it rings nowhere."""
    conversation = uow.session.get(Conversation, fact.conversation_id)
    if conversation is None:
        return []
    notice = Notice(
        Kind.MESSAGE_REQUEST,
        cause=f"message_request:{conversation.id}",
        bundle="message_request",
        subject_id=conversation.id,
        actor_id=conversation.started_by_actor_id,
    )
    return announce(uow, notice, accounts_of(uow.session, fact.actor_id))


def _tell_answered(uow: UnitOfWork, post: Post) -> list[int]:
    """Who began the thread, and whom this answers in it."""
    if not post.is_reply:
        return []
    answered = {post.root_id, post.in_reply_to_id or post.root_id}
    posts = uow.session.exec(select(Post).where(col(Post.id).in_(answered)))
    authors = {find_author(uow.session, each) for each in posts}
    notice = _of_post(Kind.ANSWER, post, bundle=f"answer:{post.root_id}")
    return _tell_people(uow, notice, post, authors)


def _tell_named(uow: UnitOfWork, post: Post) -> list[int]:
    mentions = select(PostMention.actor_id).where(PostMention.post_id == post.id)
    named = list(uow.session.exec(mentions))
    notice = _of_post(Kind.MENTION, post, bundle=f"mention:{post.id}")
    return _tell_people(uow, notice, post, named)


def _tell_people(
    uow: UnitOfWork, notice: Notice, post: Post, actors: Iterable[int | None]
) -> list[int]:
    author = find_author(uow.session, post)
    others = [actor for actor in actors if actor is not None and actor != author]
    if not others:
        return []
    inside = _members_among(uow.session, post.group_id, others)
    told = announce(uow, notice, accounts_of(uow.session, *inside))
    # Somebody who is not in the group may be named in what everybody here may read.
    outside = [actor for actor in others if actor not in inside]
    return told + announce(uow, _outside(notice), accounts_of(uow.session, *outside))


def _tell_group(uow: UnitOfWork, post: Post) -> list[int]:
    """A question or an ask goes to the group and rings at a few; what cannot wait, at everybody."""
    author = find_author(uow.session, post) or 0
    kind = _group_kind(uow.session, post)
    if kind is None:
        return []
    bundle = f"{kind}:{post.group_id if kind == Kind.NEW_ASK else post.id}"
    notice = _of_post(kind, post, bundle=bundle)
    told = tell_members(uow, notice, author=author, by=post.author_actor_id)
    if kind == Kind.NEW_ASK:
        by_account = {each.account_id: each for each in told}
        likeliest = list_helpers(uow, post.group_id or 0, author, by_account)
        ring_first(uow, [by_account[each] for each in likeliest], at_most=HELPERS_AT_MOST)
    else:
        ring(uow, told)
    return _accounts(told)


def _group_kind(session: Session, post: Post) -> Kind | None:
    """As what a post goes to its group; None: it waits there to be read."""
    if post.kind == PostKind.ANNOUNCEMENT:
        return Kind.ANNOUNCEMENT
    if post.kind == PostKind.QUESTION:
        return Kind.NEW_ASK
    swap = session.get(Swap, post.id) if post.kind == PostKind.SWAP else None
    if swap is None or swap.direction != Direction.ASK:
        return None
    return Kind.URGENT_ASK if swap.urgent_until_at is not None else Kind.NEW_ASK


def _tell_followers(uow: UnitOfWork, post: Post) -> list[int]:
    notice = _of_post(Kind.FOLLOWED_POST, post, bundle=f"post:{post.author_actor_id}")
    told = tell_followers(uow, notice, by=post.author_actor_id)
    ring(uow, told)
    return _accounts(told)


def _tell_decision(uow: UnitOfWork, post: Post, when: str) -> list[int]:
    author = find_author(uow.session, post)
    if author is None:
        return []
    notice = Notice(
        Kind.POST_DECISION,
        cause=f"post_decision:{post.id}:{when}",
        bundle=f"post_decision:{post.id}",
        subject_id=post.id,
        group_id=post.group_id,
        detail=post.state,
    )
    return announce(uow, notice, accounts_of(uow.session, author))


def _of_post(kind: Kind, post: Post, *, bundle: str) -> Notice:
    """One of the notices of a new post, of which everybody gets one."""
    return _about(kind, post, f"post:{post.id}", by=_shown_author(post), bundle=bundle)


def _about(
    kind: Kind, post: Post, cause: str, *, by: int | None, bundle: str | None = None
) -> Notice:
    return Notice(
        kind,
        cause=cause,
        bundle=bundle or cause,
        subject_id=post.id,
        actor_id=by,
        group_id=post.group_id,
    )


def _outside(notice: Notice) -> Notice:
    """The same for whoever is not in the group: the post alone says whether they may see it."""
    return Notice(
        notice.kind,
        cause=notice.cause,
        bundle=notice.bundle,
        subject_id=notice.subject_id,
        actor_id=notice.actor_id,
    )


def _shown_author(post: Post) -> int | None:
    """Nobody, where nobody may know."""
    return None if post.is_anonymous else post.author_actor_id


def _members_among(session: Session, group_id: int | None, actors: list[int]) -> set[int]:
    """Who of these is in the group; without a group everybody counts as inside."""
    if group_id is None:
        return set(actors)
    members = select(Membership.actor_id).where(
        Membership.group_id == group_id,
        col(Membership.actor_id).in_(actors),
        Membership.state == MembershipState.ACTIVE,
    )
    return set(session.exec(members))


def _accounts(told: Iterable[Told]) -> list[int]:
    return [each.account_id for each in told]
