"""A conversation as one person in it meets it, what there is between people, and who gets what."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.conversations.models import Conversation, ConversationMember, MemberState
from fedparents.conversations.policy import (
    Reach,
    Tie,
    can_open,
    can_write_about,
    closes_at,
    is_invited,
    needs_group,
    reach,
    shares_group,
)
from fedparents.db import HotStatement, UnitOfWork, table_of
from fedparents.errors import Conflict, NotAllowed, NotFound
from fedparents.ids import ConversationId, PostId
from fedparents.posts.access import get_met
from fedparents.posts.anonymous import wrote
from fedparents.posts.models import Post
from fedparents.social.access import hold_people
from fedparents.social.models import Block
from fedparents.social.policy import is_elsewhere

_member = table_of(ConversationMember)
_account = table_of(Account)
_block = table_of(Block)
_post = table_of(Post)
_actor = bindparam("actor", type_=sa.BigInteger)
_today = bindparam("today", type_=sa.Date)


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else in a conversation, as it matters for what is written to them."""

    actor_id: int
    state: MemberState
    has_left: bool
    is_somebody: bool
    """False once their account has been erased; whoever is elsewhere has none."""
    is_reachable: bool
    """Neither is too young to be written to by whoever shares no group."""
    is_blocked: bool
    """By the viewer."""
    has_blocked: bool
    """The viewer: which no page may show."""

    @property
    def is_here(self) -> bool:
        return self.is_somebody and not self.has_left

    @property
    def gets_letters(self) -> bool:
        return self.is_here and self.is_reachable and not (self.is_blocked or self.has_blocked)


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation while something is written in it."""

    conversation: Conversation
    own: ConversationMember
    others: Sequence[Other]


@dataclass(frozen=True, slots=True)
class Asked:
    """A post about which somebody is to be written to."""

    post: Post
    is_invited: bool
    """Its author wants to hear of it from this person."""


LIST_OTHERS = HotStatement(
    sa.select(
        _member.c.actor_id,
        _member.c.state,
        sa.type_coerce(_member.c.left_at.is_not(None), sa.Boolean),
        sa.type_coerce(
            sa.or_(
                sa.exists().where(_account.c.actor_id == _member.c.actor_id),
                is_elsewhere(_member.c.actor_id),
            ),
            sa.Boolean,
        ),
        sa.type_coerce(
            reach(_actor, _member.c.actor_id, today=_today, is_invited=sa.false())
            != Reach.CLOSED.value,
            sa.Boolean,
        ),
        sa.type_coerce(
            sa.exists().where(
                _block.c.by_actor_id == _actor, _block.c.actor_id == _member.c.actor_id
            ),
            sa.Boolean,
        ),
        sa.type_coerce(
            sa.exists().where(
                _block.c.by_actor_id == _member.c.actor_id, _block.c.actor_id == _actor
            ),
            sa.Boolean,
        ),
    ).where(
        _member.c.conversation_id == bindparam("conversation", type_=sa.BigInteger),
        _member.c.actor_id != _actor,
    )
)
FIND_REACH = HotStatement(
    sa.select(
        reach(
            _actor,
            bindparam("other", type_=sa.BigInteger),
            today=_today,
            is_invited=bindparam("is_invited", type_=sa.Boolean),
        )
    )
)


LIST_CLOSED = HotStatement(
    sa.select(_post.c.author_actor_id)
    .where(
        _post.c.root_id == bindparam("root", type_=sa.BigInteger),
        _post.c.author_actor_id != _actor,
        needs_group(_actor, _post.c.author_actor_id, _today),
        sa.not_(shares_group(_actor, _post.c.author_actor_id)),
    )
    .distinct()
)


def find_reach(
    session: Session, viewer: Viewer, other: int, *, today: date, is_invited: bool = False
) -> Reach:
    """How what the viewer writes would get to somebody: for a page that offers to write."""
    ((found,),) = FIND_REACH.rows(
        session.connection(),
        actor=viewer.actor_id,
        other=other,
        today=today,
        is_invited=is_invited,
    )
    return Reach(found)


def find_tie(
    session: Session, one: int, other: int, *, today: date, is_invited: bool = False
) -> Tie:
    """What there is between two people."""
    shares, needs = session.execute(
        sa.select(shares_group(one, other), needs_group(one, other, today))
    ).one()
    return Tie(bool(shares), bool(needs), is_invited)


def meet_author(session: Session, viewer: Viewer, post_id: PostId, *, today: date) -> Asked:
    """Raises NotFound for a post that the viewer may not read, NotAllowed for one without a name or
    below what the viewer asked without one, Conflict("no_more_answers") for one that is settled, or
    that nobody answers."""
    post = get_met(session, viewer, post_id, today=today).post
    root = session.get(Post, post.root_id) or post
    # A letter about an answer would tell its author who asked.
    is_asker = root.is_anonymous and wrote(session, root, viewer.actor_id)
    if post.is_anonymous or is_asker:
        raise NotAllowed("anonymous_in_group_only")
    if not can_write_about(post) or root.closed_at is not None:
        raise Conflict("no_more_answers")
    return Asked(post, is_invited(viewer.actor_id, post, root))


def list_closed_authors(
    session: Session, viewer: Viewer, root_id: int, *, today: date
) -> frozenset[int]:
    """Who said something in a thread and cannot be written to by the viewer."""
    rows = LIST_CLOSED.rows(session.connection(), actor=viewer.actor_id, root=root_id, today=today)
    return frozenset(author for (author,) in rows)


def list_others(
    session: Session, viewer: Viewer, conversation_id: int, *, today: date
) -> list[Other]:
    rows = LIST_OTHERS.rows(
        session.connection(), actor=viewer.actor_id, conversation=conversation_id, today=today
    )
    return [Other(row[0], MemberState(row[1]), *row[2:]) for row in rows]


def get_own(
    session: Session, viewer: Viewer, conversation_id: ConversationId
) -> ConversationMember:
    """Raises NotFound for whoever is not in the conversation, or not any more."""
    own = session.get(
        ConversationMember, (conversation_id, viewer.actor_id), populate_existing=True
    )
    if own is None or not can_open(own):
        raise NotFound("conversation_not_found")
    return own


def hold(uow: UnitOfWork, viewer: Viewer, conversation_id: ConversationId) -> Held:
    """The conversation for a change, together with its people: whoever writes, blocks or leaves at
    the same time waits. Raises NotFound."""
    get_own(uow.session, viewer, conversation_id)
    inside = select(ConversationMember.actor_id).where(
        ConversationMember.conversation_id == conversation_id
    )
    hold_people(uow, uow.session.exec(inside))
    own = get_own(uow.session, viewer, conversation_id)
    conversation = uow.session.get_one(Conversation, conversation_id, populate_existing=True)
    others = list_others(uow.session, viewer, conversation_id, today=uow.now.date())
    return Held(conversation, own, others)


def refuse_closed(uow: UnitOfWork, conversation: Conversation) -> None:
    """Raises Conflict when what it was about has been settled for long."""
    about = conversation.about_post_id
    post = uow.session.get(Post, about) if about is not None else None
    root = uow.session.get(Post, post.root_id) if post is not None else None
    closing = closes_at(conversation, post, root)
    if closing is not None and closing <= uow.now:
        raise Conflict("conversation_closed")


def key_of(people: Iterable[int], about_post_id: int | None) -> str:
    """What tells the conversation of these people about this post from all others."""
    named = f"{about_post_id or ''}:{','.join(map(str, sorted(people)))}"
    return hashlib.sha256(named.encode()).hexdigest()


def find_by_key(session: Session, key: str) -> Conversation | None:
    return session.exec(select(Conversation).where(col(Conversation.key) == key)).first()
