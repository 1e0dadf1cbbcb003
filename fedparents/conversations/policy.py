"""Who may write to whom, and who reads what: each rule once as a function and once as a condition
in SQL. A property test holds the two together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol, TypeAlias

import sqlalchemy as sa

from fedparents.accounts.models import Account
from fedparents.conversations.models import Conversation, ConversationMember, MemberState
from fedparents.db import constant, table_of
from fedparents.groups.models import Group, GroupState, Membership, MembershipState
from fedparents.posts.models import Audience, Post, PostKind, PostRecipient, PostState

PEOPLE_AT_MOST: Final = 30
STAYS_OPEN: Final = timedelta(days=30)
"""After what it is about is settled: for the scarf that was forgotten."""
INVITES: Final = (PostKind.SWAP, PostKind.QUESTION)
"""Whoever posts one of these wants to be answered."""

SomeId: TypeAlias = int | sa.SQLColumnExpression[Any]
Day: TypeAlias = date | sa.SQLColumnExpression[date]


class Answerable(Protocol):
    """A post, or what a reader sees of it."""

    @property
    def kind(self) -> PostKind: ...
    @property
    def state(self) -> PostState: ...
    @property
    def audience(self) -> Audience: ...
    @property
    def is_reply(self) -> bool: ...
    @property
    def is_anonymous(self) -> bool: ...
    @property
    def closed_at(self) -> datetime | None: ...


class Reach(StrEnum):
    """How what somebody writes gets to somebody else."""

    KNOWN = "known"
    """At once."""
    ASKED = "asked"
    """The other is asked first: words only, in a folder of its own, and nothing rings."""
    CLOSED = "closed"
    """Not at all."""


@dataclass(frozen=True, slots=True)
class Tie:
    """What there is between two people when one of them writes."""

    shares_group: bool
    needs_group: bool
    """One of them is between fifteen and seventeen."""
    is_invited: bool = False
    """The other has posted what this is about and wants to be answered."""


def reach_of(tie: Tie) -> Reach:
    if tie.shares_group:
        return Reach.KNOWN
    if tie.needs_group:
        return Reach.CLOSED
    return Reach.KNOWN if tie.is_invited else Reach.ASKED


def reach(
    one: SomeId, other: SomeId, *, today: Day, is_invited: sa.ColumnElement[bool]
) -> sa.ColumnElement[str]:
    """`reach_of` as a value in a query."""
    return sa.case(
        (shares_group(one, other), constant(Reach.KNOWN)),
        (needs_group(one, other, today), constant(Reach.CLOSED)),
        (is_invited, constant(Reach.KNOWN)),
        else_=constant(Reach.ASKED),
    )


def shares_group(one: SomeId, other: SomeId) -> sa.ColumnElement[bool]:
    """Both are members of the same group."""
    ours, theirs = table_of(Membership).alias(), table_of(Membership).alias()
    group = table_of(Group).alias()
    shared = (
        sa.select(ours.c.group_id)
        .join(theirs, theirs.c.group_id == ours.c.group_id)
        .join(group, group.c.actor_id == ours.c.group_id)
        .where(
            ours.c.actor_id == one,
            theirs.c.actor_id == other,
            ours.c.state == constant(MembershipState.ACTIVE),
            theirs.c.state == constant(MembershipState.ACTIVE),
            group.c.state != constant(GroupState.PROPOSED),
        )
    )
    return sa.exists(shared)


def needs_group(one: SomeId, other: SomeId, today: Day) -> sa.ColumnElement[bool]:
    """Either is restricted still: fifteen to seventeen year olds meet people in groups only."""
    return sa.or_(is_restricted(one, today), is_restricted(other, today))


def is_restricted(actor: SomeId, today: Day) -> sa.ColumnElement[bool]:
    account = table_of(Account).alias()
    return sa.exists(
        sa.select(account.c.id).where(
            account.c.actor_id == actor, account.c.restricted_until > today
        )
    )


def can_write_about(post: Answerable) -> bool:
    """Whether one may answer its author privately: asks, offers, questions and answers, as long as
    answers are taken. Whoever asked without a name can be answered in the group only."""
    if post.audience == Audience.DIRECT or post.is_anonymous:
        return False
    is_answerable = post.kind in INVITES or post.is_reply
    return is_answerable and post.state == PostState.VISIBLE and post.closed_at is None


def is_invited(viewer_actor_id: int, post: Post, root: Post) -> bool:
    """Whether its author wants to hear of it from this person: who asks wants to be answered, and
    who answers wants to be heard by who asked."""
    if post.kind in INVITES:
        return True
    return post.is_reply and root.author_actor_id == viewer_actor_id


def closes_at(conversation: Conversation, post: Post | None, root: Post | None) -> datetime | None:
    """When it takes no more letters, given what it is about; None: it stays open."""
    if not conversation.is_about_post:
        return None
    if post is None:
        return conversation.created_at
    ends = [post.deleted_at, post.closed_at]
    if root is not None:
        ends += [root.deleted_at, root.closed_at]
    settled = [end for end in ends if end is not None]
    return min(settled) + STAYS_OPEN if settled else None


def can_open(member: ConversationMember | None) -> bool:
    """Whether the conversation exists for somebody: whoever looks after the place is no member."""
    return member is not None and member.left_at is None


def opened_by(actor: SomeId) -> sa.ColumnElement[bool]:
    """`can_open` as a condition on `Conversation`."""
    conversation, member = table_of(Conversation), table_of(ConversationMember).alias()
    own = sa.select(member.c.actor_id).where(
        member.c.conversation_id == conversation.c.id,
        member.c.actor_id == actor,
        member.c.left_at.is_(None),
    )
    return sa.exists(own.correlate(conversation))


def reads(actor: SomeId) -> sa.ColumnElement[bool]:
    """A condition on `Post`: somebody wrote this letter or it was written to them."""
    post, recipient = table_of(Post), table_of(PostRecipient).alias()
    got = sa.select(recipient.c.actor_id).where(
        recipient.c.post_id == post.c.id, recipient.c.actor_id == actor
    )
    return sa.and_(
        post.c.audience == constant(Audience.DIRECT),
        sa.or_(post.c.author_actor_id == actor, sa.exists(got.correlate(post))),
    )


def shows_everything(state: MemberState) -> bool:
    """Whether links work and pictures are drawn: a stranger's wait until one has said yes."""
    return state == MemberState.ACCEPTED
