"""Reading conversations: the list, one of them, and whether there is something new in any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Actor
from fedparents.conversations.access import Other, get_own, list_others
from fedparents.conversations.models import (
    Conversation,
    ConversationMember,
    ConversationPost,
    MemberState,
)
from fedparents.conversations.policy import closes_at, opened_by, reads
from fedparents.db import HotStatement, constant, table_of
from fedparents.ids import ConversationId, PostId, time_of
from fedparents.media.models import MediaAttachment
from fedparents.posts.models import Post, PostState
from fedparents.posts.photos import list_photos
from fedparents.posts.policy import visible
from fedparents.social.models import Block
from fedparents.swaps.models import Direction, Swap

PAGE: Final = 30
MESSAGES: Final = 40
"""Letters on one page."""
REQUESTS_COUNTED: Final = 100
"""Nobody counts further."""
_LAST: Final = 2**63 - 1

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


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a conversation. The name is empty once the account has been erased."""

    actor_id: int
    name: str
    handle: str
    avatar: str
    has_left: bool


@dataclass(frozen=True, slots=True)
class About:
    """What a conversation is about, if the reader may (still) read it."""

    post_id: int
    text: str
    direction: Direction | None
    is_reply: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation in the list."""

    id: int
    is_about_post: bool
    about: About | None
    last_post_id: int
    is_unread: bool
    is_own: bool
    """The newest letter is the reader's own."""
    author_name: str
    text: str
    """Of the newest letter; empty where it is photos alone, or was taken back."""
    photo_count: int
    is_taken_back: bool
    last_at: datetime
    people: tuple[Person, ...]
    """The others."""
    photo: MediaAttachment | None
    """The first of what it is about."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A page of conversations, those with the newest letter first."""

    lines: tuple[Line, ...]
    older: int | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in its conversation."""

    id: int
    author_actor_id: int
    is_own: bool
    is_taken_back: bool
    text: str
    html: str
    photo_count: int
    edited_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation as one person in it sees it."""

    id: ConversationId
    state: MemberState
    read_post_id: int
    is_about_post: bool
    about_post_id: int | None
    """Whether the reader may still read it is to be asked."""
    closes_at: datetime | None
    others: tuple[Other, ...]
    people: tuple[Person, ...]
    letters: tuple[Letter, ...]
    """The oldest of this page first."""
    photos: dict[int, list[MediaAttachment]]
    older: int | None
    """Before which letter the page above goes on."""
    is_newest: bool
    """Nothing comes after this page."""

    @property
    def is_waiting(self) -> bool:
        """Nobody in it has let the reader write yet: not to be told from being ignored."""
        here = [each for each in self.others if each.is_here]
        return bool(here) and all(each.state != MemberState.ACCEPTED for each in here)

    @property
    def takes_photos(self) -> bool:
        return all(each.state == MemberState.ACCEPTED for each in self.others if each.is_here)


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


def _lines(state: MemberState) -> HotStatement:
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
    return HotStatement(
        sa.select(*columns)
        .join_from(_member, _conversation, _conversation.c.id == _member.c.conversation_id)
        .outerjoin(_letter, _letter.c.id == _member.c.last_post_id)
        .outerjoin(_author, _author.c.id == _letter.c.author_actor_id)
        .outerjoin(_about, sa.and_(_about.c.id == _conversation.c.about_post_id, may_read))
        .outerjoin(_swap, _swap.c.post_id == _about.c.id)
        .where(_in_folder(state), _member.c.last_post_id < _before)
        .order_by(_member.c.last_post_id.desc())
        .limit(_limit)
    )


LISTS: Final = {state: _lines(state) for state in MemberState}
FIND_UNREAD = HotStatement(
    sa.select(_member.c.conversation_id)
    .where(_in_folder(MemberState.ACCEPTED), _member.c.last_post_id > _member.c.read_post_id)
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
        _author.c.handle,
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


def has_unread(session: Session, viewer: Viewer) -> bool:
    """Whether there is something new from people one knows: asked with every page."""
    return bool(FIND_UNREAD.rows(session.connection(), actor=viewer.actor_id))


def count_requests(session: Session, viewer: Viewer) -> int:
    """How many strangers wait, as far as anybody counts."""
    ((count,),) = COUNT_REQUESTS.rows(session.connection(), actor=viewer.actor_id)
    return int(count)


def list_conversations(
    session: Session,
    viewer: Viewer,
    state: MemberState = MemberState.ACCEPTED,
    *,
    before: int | None = None,
) -> Folder:
    """The viewer's conversations in one of the three folders."""
    rows = LISTS[state].rows(
        session.connection(),
        actor=viewer.actor_id,
        today=clock.now().date(),
        is_moderator=viewer.is_moderator,
        before=before or _LAST,
        limit=PAGE + 1,
    )
    shown = rows[:PAGE]
    people = _people_of(session, viewer, shown)
    photos = list_photos(session, [row[2] for row in shown if row[6]])
    lines = tuple(_line(viewer, row, people, photos) for row in shown)
    return Folder(lines, lines[-1].last_post_id if len(rows) > PAGE else None)


def get_conversation(
    session: Session,
    viewer: Viewer,
    conversation_id: ConversationId,
    *,
    before: int | None = None,
) -> ConversationView:
    """One conversation with its newest letters, or those before one. Raises NotFound."""
    own = get_own(session, viewer, conversation_id)
    connection = session.connection()
    given: dict[str, Any] = {"actor": viewer.actor_id, "conversation": conversation_id}
    found = LIST_LETTERS.rows(connection, before=before or _LAST, limit=MESSAGES + 1, **given)
    letters = tuple(_letter_of(viewer, row) for row in reversed(found[:MESSAGES]))
    conversation = session.get_one(Conversation, conversation_id)
    post = _find(session, conversation.about_post_id)
    return ConversationView(
        id=conversation_id,
        state=MemberState(own.state),
        read_post_id=own.read_post_id,
        is_about_post=conversation.is_about_post,
        about_post_id=conversation.about_post_id,
        closes_at=closes_at(conversation, post, _find(session, post.root_id if post else None)),
        others=tuple(list_others(session, viewer, conversation_id, today=clock.now().date())),
        people=tuple(Person(*row[1:]) for row in LIST_PEOPLE_INSIDE.rows(connection, **given)),
        letters=letters,
        photos=list_photos(session, [each.id for each in letters if each.photo_count]),
        older=letters[0].id if len(found) > MESSAGES else None,
        is_newest=before is None,
    )


def find_conversation_of(
    session: Session, viewer: Viewer, post_id: PostId
) -> ConversationId | None:
    """Where a letter is found, for whoever is in that conversation."""
    rows = FIND_CONVERSATION_OF.rows(session.connection(), actor=viewer.actor_id, post=post_id)
    return ConversationId(rows[0][0]) if rows else None


def _people_of(
    session: Session, viewer: Viewer, rows: Sequence[tuple[Any, ...]]
) -> dict[int, list[Person]]:
    if not rows:
        return {}
    found = LIST_PEOPLE.rows(
        session.connection(), actor=viewer.actor_id, first=rows[-1][7], last=rows[0][7]
    )
    by_conversation: dict[int, list[Person]] = {}
    for conversation_id, *person in found:
        by_conversation.setdefault(conversation_id, []).append(Person(*person))
    return by_conversation


def _line(
    viewer: Viewer,
    row: tuple[Any, ...],
    people: dict[int, list[Person]],
    photos: dict[int, list[MediaAttachment]],
) -> Line:
    about_id, text, direction, is_reply = row[2:6]
    about = None
    if about_id is not None:
        about = About(about_id, text, Direction(direction) if direction else None, bool(is_reply))
    is_there = row[13] == PostState.VISIBLE.value
    return Line(
        id=row[0],
        is_about_post=bool(row[1]),
        about=about,
        last_post_id=row[7],
        is_unread=row[7] > row[8],
        is_own=row[9] == viewer.actor_id,
        author_name=row[10] or "",
        text=row[11] if is_there else "",
        photo_count=row[12] if is_there else 0,
        is_taken_back=not is_there,
        last_at=time_of(row[7]),
        people=tuple(people.get(row[0], ())),
        photo=photos[about_id][0] if about_id in photos else None,
    )


def _letter_of(viewer: Viewer, row: tuple[Any, ...]) -> Letter:
    number, author, state, text, html, photo_count, edited_at, created_at = row
    is_there = state == PostState.VISIBLE.value
    return Letter(
        id=number,
        author_actor_id=author,
        is_own=author == viewer.actor_id,
        is_taken_back=not is_there,
        text=text if is_there else "",
        html=html if is_there else "",
        photo_count=photo_count if is_there else 0,
        edited_at=edited_at,
        created_at=created_at,
    )


def _find(session: Session, post_id: int | None) -> Post | None:
    return session.get(Post, post_id) if post_id is not None else None
