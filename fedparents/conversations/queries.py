"""Reading conversations: the list, one of them, and whether there is something new in any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, Final

from sqlmodel import Session, col, select

from fedparents import clock
from fedparents.accounts.models import Account
from fedparents.accounts.sessions import Viewer
from fedparents.conversations.access import Other, find_by_key, get_own, key_of, list_others
from fedparents.conversations.models import Conversation, ConversationMember, MemberState
from fedparents.conversations.policy import can_open, closes_at
from fedparents.conversations.statements import (
    COUNT_REQUESTS,
    FIND_CONVERSATION_OF,
    FIND_LINE,
    FIND_NEWEST,
    FIND_UNREAD,
    LIST_DOWN,
    LIST_LETTERS,
    LIST_PEOPLE,
    LIST_PEOPLE_INSIDE,
    LIST_UP,
    LISTS,
)
from fedparents.db import HotStatement
from fedparents.errors import NotFound
from fedparents.ids import ActorId, ConversationId, PostId, time_of
from fedparents.paging import Paging
from fedparents.posts.models import Post, PostState
from fedparents.posts.photos import PhotoView, list_photos
from fedparents.swaps.models import Direction

PAGE: Final = 30
MESSAGES: Final = 40
"""Letters on one page."""
_LAST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a conversation. The name is empty once the account has been erased."""

    actor_id: int
    name: str
    handle: str
    """With the town, if it is another."""
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
    photo: PhotoView | None
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
    photos: dict[int, list[PhotoView]]
    older: int | None
    """Before which letter the page above goes on."""
    is_newest: bool
    """Nothing comes after this page."""

    @property
    def towns(self) -> list[str]:
        """The other towns whose people are in it."""
        towns = (each.handle.partition("@")[2] for each in self.people)
        return sorted({town for town in towns if town})

    @property
    def here(self) -> list[Other]:
        return [each for each in self.others if each.is_here]

    @property
    def is_waiting(self) -> bool:
        """Nobody in it has let the reader write yet: not to be told from being ignored."""
        return bool(self.here) and all(each.state != MemberState.ACCEPTED for each in self.here)

    @property
    def is_reachable(self) -> bool:
        return any(each.is_reachable for each in self.here)

    @property
    def has_blocked(self) -> bool:
        """The reader wants to hear from nobody in it."""
        return bool(self.here) and all(each.is_blocked for each in self.here)

    def name_of(self, actor_id: int) -> str:
        return next((each.name for each in self.people if each.actor_id == actor_id), "")

    @property
    def unanswered(self) -> int:
        """The reader's own letters since somebody else's last one."""
        return sum(1 for _ in takewhile(lambda each: each.is_own, reversed(self.letters)))

    @property
    def takes_photos(self) -> bool:
        return all(each.state == MemberState.ACCEPTED for each in self.here)


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
    rows = _read(session, viewer, LISTS[state], before=before or _LAST, limit=PAGE + 1)
    lines = _lines_of(session, viewer, rows[:PAGE])
    return Folder(lines, lines[-1].last_post_id if len(rows) > PAGE else None)


def list_stretch(session: Session, viewer: Viewer, paging: Paging) -> tuple[Line, ...]:
    """The viewer's conversations with people whom they know, as programs page through them: by
    their newest letters."""
    statement = LIST_UP if paging.goes_up else LIST_DOWN
    rows = _read(
        session, viewer, statement, before=paging.below, above=paging.above, limit=paging.limit
    )
    return _lines_of(session, viewer, paging.newest_first(rows))


def get_line(session: Session, viewer: Viewer, conversation_id: ConversationId) -> Line:
    """One of these. Raises NotFound."""
    rows = _read(session, viewer, FIND_LINE, conversation=conversation_id)
    if not rows:
        raise NotFound("conversation_not_found")
    return _lines_of(session, viewer, rows)[0]


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


def list_readers(session: Session, conversation_id: int) -> list[int]:
    """The accounts whose open pages show what is new in a conversation."""
    readers = (
        select(Account.id)
        .join(ConversationMember, col(ConversationMember.actor_id) == col(Account.actor_id))
        .where(
            ConversationMember.conversation_id == conversation_id,
            ConversationMember.state == MemberState.ACCEPTED,
            col(ConversationMember.left_at).is_(None),
        )
    )
    return list(session.exec(readers))


def find_newest_letter(session: Session, viewer: Viewer) -> int:
    """The newest letter that is to catch the viewer's eye; 0 when there is none."""
    rows = FIND_NEWEST.rows(session.connection(), actor=viewer.actor_id)
    return int(rows[0][0]) if rows else 0


def find_conversation_with(
    session: Session, viewer: Viewer, other: ActorId, *, about: PostId | None = None
) -> ConversationId | None:
    """Where the viewer and somebody else write to each other already."""
    found = find_by_key(session, key_of((viewer.actor_id, other), about))
    if found is None or not can_open(session.get(ConversationMember, (found.id, viewer.actor_id))):
        return None
    return ConversationId(found.id)


def find_conversation_of(
    session: Session, viewer: Viewer, post_id: PostId
) -> ConversationId | None:
    """Where a letter is found, for whoever is in that conversation."""
    rows = FIND_CONVERSATION_OF.rows(session.connection(), actor=viewer.actor_id, post=post_id)
    return ConversationId(rows[0][0]) if rows else None


def _read(
    session: Session, viewer: Viewer, statement: HotStatement, **params: int
) -> list[tuple[Any, ...]]:
    return statement.rows(
        session.connection(),
        actor=viewer.actor_id,
        today=clock.now().date(),
        is_moderator=viewer.is_moderator,
        **params,
    )


def _lines_of(
    session: Session, viewer: Viewer, rows: Sequence[tuple[Any, ...]]
) -> tuple[Line, ...]:
    people = _people_of(session, viewer, rows)
    photos = list_photos(session, [row[2] for row in rows if row[6]])
    return tuple(_line(viewer, row, people, photos) for row in rows)


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
    photos: dict[int, list[PhotoView]],
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
