"""What is asked of the tables of conversations with every page, as hot statements."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam

from fedparents.actors.models import Actor
from fedparents.actors.names import address_in
from fedparents.conversations.models import (
    Conversation,
    ConversationMember,
    ConversationPost,
    MemberState,
)
from fedparents.conversations.policy import opened_by, reads
from fedparents.db import HotStatement, constant, table_of
from fedparents.posts.models import Post
from fedparents.posts.policy import visible
from fedparents.social.models import Block
from fedparents.swaps.models import Swap

REQUESTS_COUNTED: Final = 100
"""Nobody counts further."""

_conversation = table_of(Conversation)
_member = table_of(ConversationMember)
_other = table_of(ConversationMember).alias("other")
_link = table_of(ConversationPost)
_about = table_of(Post)
_letter = table_of(Post).alias("letter")
_swap = table_of(Swap)
_block = table_of(Block)
_author = table_of(Actor).alias("author")

_actor: Final = bindparam("actor", type_=sa.BigInteger)
_before: Final = bindparam("before", type_=sa.BigInteger)
_limit: Final = bindparam("limit", type_=sa.Integer)
_number: Final = bindparam("conversation", type_=sa.BigInteger)


# Not when the reader has blocked everybody else in it: it comes back when they lift the block.
_is_shown = sa.exists().where(
    _other.c.conversation_id == _member.c.conversation_id,
    _other.c.actor_id != _actor,
    ~sa.exists().where(_block.c.by_actor_id == _actor, _block.c.actor_id == _other.c.actor_id),
)


def _in_folder(state: MemberState) -> sa.ColumnElement[bool]:
    return sa.and_(
        _member.c.actor_id == _actor,
        _member.c.state == constant(state),
        _member.c.left_at.is_(None),
        _is_shown,
    )


def _lines(state: MemberState) -> sa.Select[Any]:
    may_read = visible(
        _actor,
        today=bindparam("today", type_=sa.Date),
        is_moderator=bindparam("is_moderator", type_=sa.Boolean),
    )
    columns = (
        _conversation.c.id,
        _conversation.c.is_about_post,
        _about.c.id,
        _about.c.text,
        _swap.c.direction,
        _about.c.is_reply,
        _about.c.photo_count,
        _member.c.last_post_id,
        _member.c.read_post_id,
        _letter.c.author_actor_id,
        _author.c.display_name,
        _letter.c.text,
        _letter.c.photo_count,
        _letter.c.state,
    )
    return (
        sa.select(*columns)
        .join_from(_member, _conversation, _conversation.c.id == _member.c.conversation_id)
        .outerjoin(_letter, _letter.c.id == _member.c.last_post_id)
        .outerjoin(_author, _author.c.id == _letter.c.author_actor_id)
        .outerjoin(_about, sa.and_(_about.c.id == _conversation.c.about_post_id, may_read))
        .outerjoin(_swap, _swap.c.post_id == _about.c.id)
        .where(_in_folder(state))
    )


_below = _member.c.last_post_id < _before
_newest_first = _member.c.last_post_id.desc()
LISTS: Final = {
    state: HotStatement(_lines(state).where(_below).order_by(_newest_first).limit(_limit))
    for state in MemberState
}
_stretch = (
    _lines(MemberState.ACCEPTED)
    .where(_below, _member.c.last_post_id > bindparam("above", type_=sa.BigInteger))
    .limit(_limit)
)
LIST_DOWN: Final = HotStatement(_stretch.order_by(_newest_first))
LIST_UP: Final = HotStatement(_stretch.order_by(_member.c.last_post_id.asc()))
FIND_LINE: Final = HotStatement(
    _lines(MemberState.ACCEPTED).where(
        _conversation.c.id == bindparam("conversation", type_=sa.BigInteger)
    )
)
FIND_UNREAD = HotStatement(
    sa.select(_member.c.conversation_id)
    .where(_in_folder(MemberState.ACCEPTED), _member.c.last_post_id > _member.c.read_post_id)
    .limit(1)
)
FIND_NEWEST = HotStatement(
    sa.select(_member.c.last_post_id)
    .where(_in_folder(MemberState.ACCEPTED))
    .order_by(_member.c.last_post_id.desc())
    .limit(1)
)
_waiting = (
    sa.select(_member.c.conversation_id)
    .where(_in_folder(MemberState.REQUEST))
    .limit(REQUESTS_COUNTED)
    .subquery()
)
COUNT_REQUESTS = HotStatement(sa.select(sa.func.count()).select_from(_waiting))
_people = (
    sa.select(
        _other.c.conversation_id,
        _other.c.actor_id,
        _author.c.display_name,
        address_in(_author),
        _author.c.avatar,
        sa.type_coerce(_other.c.left_at.is_not(None), sa.Boolean),
    )
    .join_from(_member, _other, _other.c.conversation_id == _member.c.conversation_id)
    .join(_author, _author.c.id == _other.c.actor_id)
    .where(_member.c.actor_id == _actor, _other.c.actor_id != _actor)
    .order_by(_other.c.actor_id)
)
LIST_PEOPLE = HotStatement(
    _people.where(
        _member.c.last_post_id.between(
            bindparam("first", type_=sa.BigInteger), bindparam("last", type_=sa.BigInteger)
        )
    )
)
LIST_PEOPLE_INSIDE = HotStatement(_people.where(_member.c.conversation_id == _number))
LIST_LETTERS = HotStatement(
    sa.select(
        _about.c.id,
        _about.c.author_actor_id,
        _about.c.state,
        _about.c.text,
        _about.c.html,
        _about.c.photo_count,
        _about.c.edited_at,
        _about.c.created_at,
    )
    .join_from(_link, _about, _about.c.id == _link.c.post_id)
    .where(_link.c.conversation_id == _number, _link.c.post_id < _before, reads(_actor))
    .order_by(_link.c.post_id.desc())
    .limit(_limit)
)
FIND_CONVERSATION_OF = HotStatement(
    sa.select(_link.c.conversation_id)
    .join(_conversation, _conversation.c.id == _link.c.conversation_id)
    .where(_link.c.post_id == bindparam("post", type_=sa.BigInteger), opened_by(_actor))
)
