"""What people of other towns say, kept here for those who may read it.

Whoever received it has seen to it that its author said it. Nothing of it is believed to be clean:
words and addresses are cut here to what a post may hold. It is changed and taken back where it was
said; here it may be hidden like anything else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Final

from sqlmodel import Session, col, delete, func, select, update

from fedparents.actors.models import Actor, Standing
from fedparents.db import HotRows, UnitOfWork
from fedparents.errors import LimitReached
from fedparents.groups import models as groups
from fedparents.groups.models import Group, GroupRole, Membership, MembershipState
from fedparents.ids import GroupId, some_id_at
from fedparents.media.service import attach_copy, release_media
from fedparents.posts.content import from_elsewhere, tag_of
from fedparents.posts.facts import (
    AnswerAccepted,
    Arranged,
    PollEnded,
    PostArranged,
    PostEdited,
    PostHeld,
)
from fedparents.posts.models import (
    Audience,
    Poll,
    PollBallot,
    PollOption,
    Post,
    PostKind,
    PostPhoto,
    PostRecipient,
    PostState,
)
from fedparents.posts.naming import MENTIONS_AT_MOST, let_read, name_anew, name_people
from fedparents.posts.policy import CAPS, can_answer, narrower
from fedparents.posts.polls import add_choice
from fedparents.posts.service import WARNING_LENGTH, announce, keep_version, take_back
from fedparents.social.models import Follow, FollowState
from fedparents.social.policy import is_blocked_between
from fedparents.text import clean_line, clean_text

TEXT_LENGTH: Final = 20_000
HTML_LENGTH: Final = 60_000
TAGS_AT_MOST: Final = 4000
"""In one text: what is nested deeper than any book keeps everybody waiting while it is read."""
NEWS_FOR: Final = timedelta(days=7)
"""What was said longer ago comes home to nobody, and rings nowhere: it was looked up."""
_AT_ONCE: Final = timedelta(hours=1)
"""What was said within it stands where it arrived: its readers look at the end of a list."""
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LANGUAGE_LENGTH: Final = 35
_OPTIONS_AT_MOST: Final = 20
_OPTION_LENGTH: Final = 200
_POSTS: Final = HotRows(Post)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSaid:
    """Answers to choose from, with what was counted where they were asked."""

    options: tuple[tuple[str, int], ...]
    is_multiple: bool = False
    ends_at: datetime | None = None
    voters: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody elsewhere says, and to whom."""

    html: str
    text: str
    """The same in plain words."""
    audience: Audience
    at: datetime
    is_quiet: bool = False
    kind: PostKind = PostKind.MESSAGE
    group_id: GroupId | None = None
    is_held: bool = False
    """Whether those who look after the group look at it first."""
    is_answer: bool = False
    """Also one to something that is not known here (yet)."""
    answers_id: int | None = None
    """What it answers; that its author may, `may_answer` has said."""
    warning: str = ""
    is_sensitive: bool = False
    language: str = ""
    named: Sequence[int] = ()
    """Actors whom its words name."""
    readers: Sequence[int] = ()
    """Actors to whom it is addressed: of them alone, a letter is read."""
    tags: Sequence[str] = ()
    ways: Mapping[str, str] = field(default_factory=dict)
    """Where links of its words lead here."""
    poll: PollSaid | None = None
    edited_at: datetime | None = None
    is_found: bool = False
    """It was looked up: nobody is told of it, and it stands where it was said."""


def record_said(
    uow: UnitOfWork,
    author: Actor,
    said: Said,
    bring_home: Callable[[UnitOfWork, Post], object] | None = None,
) -> Post:
    """Keep what somebody elsewhere said. Its readers find it as if it had been said here; a letter
    is found by nobody until `conversations` has put it where it belongs. With `bring_home`, what is
    new and in no group stands in homes when this is over, and no job is needed for that."""
    answered = uow.session.get(Post, said.answers_id) if said.answers_id is not None else None
    post_id = _new_id(uow, said)
    words = _words(said)
    post = _POSTS.add(
        uow.session,
        id=post_id,
        author_actor_id=author.id,
        is_from_elsewhere=True,
        group_id=said.group_id,
        kind=PostKind.MESSAGE if said.is_answer else said.kind,
        audience=_audience(said, answered),
        is_quiet=said.is_quiet and said.audience == Audience.PUBLIC,
        state=PostState.HELD if said.is_held else PostState.VISIBLE,
        text=words.text,
        html=words.html,
        warning=words.warning,
        is_sensitive=words.is_sensitive,
        language=said.language[:_LANGUAGE_LENGTH],
        is_reply=said.is_answer,
        in_reply_to_id=answered.id if answered is not None else None,
        root_id=_root_of(answered, said) or post_id,
        edited_at=min(said.edited_at, uow.now) if said.edited_at is not None else None,
        created_at=max(_EARLIEST, min(said.at, uow.now)),
    )
    if post.audience in {Audience.DIRECT, Audience.FOLLOWERS}:
        let_read(uow, post, said.readers)
    name_people(uow, post, said.named[:MENTIONS_AT_MOST], _tags(said))
    if said.poll is not None:
        _ask(uow, post, said.poll)
    is_news = not said.is_found and post.created_at > uow.now - NEWS_FOR
    if said.is_held:
        uow.record(PostHeld(post.id))
        return post
    is_home = bring_home is not None and is_news and said.group_id is None
    announce(uow, post, is_news=is_news, is_home=is_home)
    if bring_home is not None and is_home:
        bring_home(uow, post)
    return post


def revise_said(uow: UnitOfWork, post: Post, said: Said) -> None:
    """Say anew what a post says; to whom it was said stays."""
    words = _words(said)
    if said.poll is not None and post.has_poll:
        _count_anew(uow, post, said.poll)
    if words == _Words(post.text, post.html, post.warning, post.is_sensitive):
        return
    with contextlib.suppress(LimitReached):  # who edits more often is read as it is now
        keep_version(uow, post)
    _write(post, words)
    post.edited_at = max(post.created_at, min(said.edited_at or uow.now, uow.now))
    uow.session.add(post)
    name_anew(uow, post, said.named[:MENTIONS_AT_MOST], _tags(said))
    uow.record(PostEdited(post.id))


def close_said(uow: UnitOfWork, post: Post, *, is_closed: bool) -> None:
    """Its author wants no more answers, or wants them again."""
    if post.state != PostState.VISIBLE or is_closed == (post.closed_at is not None):
        return
    post.closed_at = uow.now if is_closed else None
    uow.session.add(post)
    uow.record(PostArranged(post.id, Arranged.CLOSED if is_closed else Arranged.REOPENED))


def say_what_helped(uow: UnitOfWork, post: Post, reply: Post | None) -> None:
    """Its author says which answer helped, or thinks again. What stands elsewhere, or is read by
    nobody, is none."""
    is_answer = reply is not None and reply.root_id == post.id and reply.id != post.id
    is_there = is_answer and reply is not None and reply.state == PostState.VISIBLE
    helped = reply.id if reply is not None and is_there else None
    if helped == post.accepted_reply_id:
        return
    post.accepted_reply_id = helped
    uow.session.add(post)
    if helped is not None:
        uow.record(AnswerAccepted(post.id, helped))


def withdraw_said(uow: UnitOfWork, post: Post) -> None:
    """Its author has taken it back."""
    if post.state != PostState.DELETED:
        take_back(uow, post)


def may_answer(session: Session, actor_id: int, post: Post) -> bool:
    """Whether somebody elsewhere may have read something, and it takes answers: what is for this
    place alone was sent to nobody, whoever guesses its number."""
    return takes_answers(session, post) and _could_read(session, actor_id, post)


def takes_answers(session: Session, post: Post) -> bool:
    """Whether anybody elsewhere may answer something."""
    root = session.get(Post, post.root_id) or post
    return can_answer(post) and can_answer(root) and not post.is_anonymous


def cap_of(session: Session, group_id: GroupId) -> Audience:
    """Who reads what is said in a group."""
    return CAPS[groups.Audience(session.get_one(Group, group_id).audience)]


def is_newcomer(session: Session, actor_id: int, group_id: int) -> bool:
    """Whether a group looks at newcomers' first posts, and has let through none of theirs."""
    membership = session.get(Membership, (group_id, actor_id))
    is_more = membership is not None and membership.role != GroupRole.MEMBER
    if is_more or not session.get_one(Group, group_id).holds_first_posts:
        return False
    earlier = select(Post.id).where(
        Post.group_id == group_id,
        Post.author_actor_id == actor_id,
        Post.state == PostState.VISIBLE,
    )
    return session.exec(earlier.limit(1)).first() is None


def join_thread(uow: UnitOfWork, answer: Post, answered: Post) -> None:
    """What an answer answers has come in: from now on it stands there, with its own answers."""
    begins_at = answer.root_id
    thread = select(func.count()).where(
        Post.root_id == begins_at, Post.id != answer.id, Post.state == PostState.VISIBLE
    )
    below = uow.session.exec(thread).one()
    direct = uow.session.exec(thread.where(Post.in_reply_to_id == answer.id)).one()
    moved = update(Post).where(col(Post.root_id) == begins_at)
    uow.session.exec(moved.values(root_id=answered.root_id))
    uow.session.refresh(answer)
    answer.in_reply_to_id, answer.reply_count = answered.id, direct
    uow.session.add(answer)
    counted = {answered.id: 1, answered.root_id: 1 + below}
    if answer.state != PostState.VISIBLE:
        counted = {answered.root_id: below}
    for post_id, change in counted.items():
        count = update(Post).where(col(Post.id) == post_id)
        uow.session.exec(count.values(reply_count=col(Post.reply_count) + change))


def choose(uow: UnitOfWork, actor_id: int, post: Post, choice: str) -> None:
    """Somebody elsewhere has chosen an answer of a poll of ours; where several may be chosen, each
    comes by itself. What is no such answer, comes again or comes too late is passed over."""
    if post.state == PostState.VISIBLE and _could_read(uow.session, actor_id, post):
        add_choice(uow, post.id, actor_id, clean_line(choice))


def add_copy(
    uow: UnitOfWork,
    post: Post,
    media_id: int,
    *,
    position: int,
    description: str,
    focus: tuple[float, float],
) -> None:
    """Show the copy of a picture with the post that shows it elsewhere; one that is there by now,
    or not wanted any more, is released."""
    there = uow.session.get(PostPhoto, (post.id, position))
    if there is not None or post.state == PostState.DELETED:
        release_media(uow, [media_id])
        return
    attach_copy(uow, media_id, description, focus)
    uow.session.add(PostPhoto(post_id=post.id, position=position, media_id=media_id))
    post.photo_count += 1
    uow.session.add(post)


def drop_copies(uow: UnitOfWork, post: Post, positions: Collection[int]) -> None:
    """These pictures are shown elsewhere no longer."""
    gone = select(PostPhoto).where(
        PostPhoto.post_id == post.id, col(PostPhoto.position).in_(positions)
    )
    for photo in list(uow.session.exec(gone)):
        release_media(uow, [photo.media_id])
        uow.session.delete(photo)
        post.photo_count -= 1
    uow.session.add(post)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is shown of it."""

    text: str
    html: str
    warning: str
    is_sensitive: bool


def _words(said: Said) -> _Words:
    text = clean_text(said.text)[:TEXT_LENGTH]
    is_too_much = len(said.html) > HTML_LENGTH or said.html.count("<") > TAGS_AT_MOST
    html = "" if is_too_much else from_elsewhere(said.html, said.ways)
    if is_too_much or len(html) > HTML_LENGTH:
        html = "".join(f"<p>{escape(each)}</p>" for each in text.split("\n\n"))
    return _Words(text, html, clean_line(said.warning)[:WARNING_LENGTH], said.is_sensitive)


def _write(post: Post, words: _Words) -> None:
    post.text, post.html = words.text, words.html
    post.warning, post.is_sensitive = words.warning, words.is_sensitive


def _new_id(uow: UnitOfWork, said: Said) -> int:
    """Letters stand where they arrive: what was read of a conversation ends at one of them."""
    is_new = said.at > uow.now - _AT_ONCE and not said.is_found
    if is_new or said.audience == Audience.DIRECT:
        return uow.new_id()
    found = some_id_at(max(_EARLIEST, min(said.at, uow.now)))
    return found if uow.session.get(Post, found) is None else uow.new_id()


def _audience(said: Said, answered: Post | None) -> Audience:
    """An answer is for nobody who cannot read what it answers."""
    if answered is None or Audience.DIRECT in {said.audience, answered.audience}:
        return said.audience
    return narrower(said.audience, Audience(answered.audience))


def _root_of(answered: Post | None, said: Said) -> int | None:
    """Letters are threads among themselves: none is a part of the thread that it is about."""
    if answered is None:
        return None
    both = {answered.audience, said.audience}
    return answered.root_id if Audience.DIRECT not in both or len(both) == 1 else None


def _tags(said: Said) -> list[str]:
    return list(dict.fromkeys(tag_of(tag) for tag in said.tags))


def _could_read(session: Session, actor_id: int, post: Post) -> bool:
    if actor_id == post.author_actor_id:
        return True
    if is_blocked_between(session, actor_id, post.author_actor_id):
        return False
    is_twin = session.get_one(Actor, actor_id).standing == Standing.ALLY
    if post.group_id is not None:
        seat = session.get(Membership, (post.group_id, actor_id))
        is_in = seat is not None and seat.state == MembershipState.ACTIVE
        return is_in and (is_twin or post.audience == Audience.PUBLIC)
    if post.audience in {Audience.PUBLIC, Audience.NEARBY}:
        return is_twin or post.audience == Audience.PUBLIC
    if session.get(PostRecipient, (post.id, actor_id)) is not None:
        return True
    follow = session.get(Follow, (actor_id, post.author_actor_id))
    is_follower = follow is not None and follow.state == FollowState.ACCEPTED
    return post.audience == Audience.FOLLOWERS and is_follower


def _ask(uow: UnitOfWork, post: Post, said: PollSaid) -> None:
    options = _options(said)
    post.has_poll = True
    poll = Poll(
        post_id=post.id,
        is_multiple=said.is_multiple,
        ends_at=said.ends_at,
        voter_count=said.voters,
    )
    uow.session.add(poll)
    uow.session.flush()
    uow.session.add_all(
        PollOption(post_id=post.id, position=number, text=text, vote_count=votes)
        for number, (text, votes) in enumerate(options)
    )
    if said.ends_at is not None and said.ends_at > uow.now:
        uow.record(PollEnded(post.id), at=said.ends_at)


def _count_anew(uow: UnitOfWork, post: Post, said: PollSaid) -> None:
    """What was counted where it was asked; with other answers to choose from, nobody has chosen."""
    poll = uow.session.get_one(Poll, post.id, with_for_update=True, populate_existing=True)
    known = select(PollOption).where(PollOption.post_id == post.id)
    options = list(uow.session.exec(known.order_by(col(PollOption.position))))
    new = _options(said)
    if [each.text for each in options] != [text for text, _ in new]:
        for table in (PollOption, PollBallot):
            uow.session.exec(delete(table).where(col(table.post_id) == post.id))
        uow.session.delete(poll)
        uow.session.flush()
        _ask(uow, post, said)
        return
    for option, (_, votes) in zip(options, new, strict=True):
        option.vote_count = votes
    poll.voter_count = said.voters
    uow.session.add_all([poll, *options])


def _options(said: PollSaid) -> list[tuple[str, int]]:
    options = {clean_line(text)[:_OPTION_LENGTH]: votes for text, votes in said.options}
    options.pop("", None)
    return [(text, max(0, votes)) for text, votes in options.items()][:_OPTIONS_AT_MOST]
