"""Polls: two to eight answers, each chosen once by a person, and of most polls one; results when
one has voted or it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Session, col, select, update

from fedparents.accounts.sessions import Viewer
from fedparents.db import HotStatement, UnitOfWork, in_bites, is_in_bite, table_of
from fedparents.errors import Conflict, Invalid
from fedparents.ids import PostId
from fedparents.posts.access import get_met
from fedparents.posts.facts import PollCounted, PollEnded, Voted
from fedparents.posts.models import Poll, PollBallot, PollOption, Post, PostState
from fedparents.text import clean_line

OPTIONS: Final = (2, 8)
OPTION_LENGTH: Final = 100
TOLD_AFTER: Final = timedelta(minutes=3)
"""So long, votes are gathered before other towns hear of them."""
LASTS: Final = (timedelta(minutes=5), timedelta(days=60))


@dataclass(frozen=True, slots=True)
class PollDraft:
    """The answers to choose from; `lasts` None: without an end."""

    options: tuple[str, ...]
    is_multiple: bool = False
    lasts: timedelta | None = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OptionView:
    text: str
    votes: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class PollView:
    """A poll as one reader meets it."""

    post_id: int
    options: tuple[OptionView, ...]
    is_multiple: bool
    ends_at: datetime | None
    is_over: bool
    voters: int
    own: tuple[int, ...] = ()
    """What the reader has chosen, in the order in which they did."""

    @property
    def has_voted(self) -> bool:
        return bool(self.own)

    @property
    def shows_results(self) -> bool:
        """Who has not voted yet is not told how the others did."""
        return self.has_voted or self.is_over


def add_poll(uow: UnitOfWork, post: Post, draft: PollDraft) -> None:
    """Hang a poll on a new post; raises Invalid on `poll`."""
    fewest, most = OPTIONS
    options = [text for text in map(clean_line, draft.options) if text]
    if not fewest <= len(options) <= most:
        raise Invalid({"poll": "poll_options"}, at_least=fewest, at_most=most)
    if len(set(options)) < len(options):
        raise Invalid({"poll": "poll_same_twice"})
    if any(len(text) > OPTION_LENGTH for text in options):
        raise Invalid({"poll": "too_long"}, at_most=OPTION_LENGTH)
    shortest, longest = LASTS
    if draft.lasts is not None and not shortest <= draft.lasts <= longest:
        raise Invalid({"poll": "poll_lasts"})
    ends_at = uow.now + draft.lasts if draft.lasts is not None else None
    post.has_poll = True
    uow.session.add(Poll(post_id=post.id, is_multiple=draft.is_multiple, ends_at=ends_at))
    uow.session.flush()
    uow.session.add_all(
        PollOption(post_id=post.id, position=number, text=text)
        for number, text in enumerate(options)
    )
    if ends_at is not None:
        uow.record(PollEnded(post.id), at=ends_at)


def vote(uow: UnitOfWork, viewer: Viewer, post_id: PostId, choices: Sequence[int]) -> None:
    """Vote for good; where several answers may be chosen, others can follow. Raises NotFound,
    Invalid("choices"), Conflict("already_voted"), Conflict("poll_over")."""
    met = get_met(uow.session, viewer, post_id, today=uow.now.date())
    poll = uow.session.get(Poll, post_id, with_for_update=True, populate_existing=True)
    if poll is None or met.post.state != PostState.VISIBLE:
        raise Conflict("poll_over")
    if poll.ends_at is not None and poll.ends_at <= uow.now:
        raise Conflict("poll_over")
    ballot = uow.session.get(PollBallot, (post_id, viewer.actor_id), populate_existing=True)
    if ballot is not None and not poll.is_multiple:
        raise Conflict("already_voted")
    chosen = sorted(set(choices))
    there = _positions(uow.session, post_id)
    if not chosen or not there.issuperset(chosen):
        raise Invalid({"choices": "missing"})
    if len(chosen) > 1 and not poll.is_multiple:
        raise Invalid({"choices": "one_choice_only"})
    if ballot is not None and not set(chosen).isdisjoint(_read(ballot.choices)):
        raise Conflict("already_voted")
    _cast(uow, poll, ballot, viewer.actor_id, chosen)
    if met.post.is_from_elsewhere:
        uow.record(Voted(post_id, viewer.actor_id, _written(chosen)))


def add_choice(uow: UnitOfWork, post_id: int, actor_id: int, text: str) -> None:
    """One choice of somebody elsewhere, by its words; of those that count once, the first."""
    poll = uow.session.get(Poll, post_id, with_for_update=True, populate_existing=True)
    if poll is None or (poll.ends_at is not None and poll.ends_at <= uow.now):
        return
    options = select(PollOption.position).where(
        PollOption.post_id == post_id, PollOption.text == text
    )
    position = uow.session.exec(options).first()
    ballot = uow.session.get(PollBallot, (post_id, actor_id))
    before = _read(ballot.choices) if ballot is not None else ()
    if position is None or position in before or (before and not poll.is_multiple):
        return
    _cast(uow, poll, ballot, actor_id, [position])


def _cast(
    uow: UnitOfWork, poll: Poll, ballot: PollBallot | None, actor_id: int, chosen: Sequence[int]
) -> None:
    """Write down what somebody chose, after what they have chosen before."""
    number = PostId(poll.post_id)
    if ballot is None:
        ballot = PollBallot(post_id=number, actor_id=actor_id, choices="", created_at=uow.now)
        poll.voter_count += 1
    ballot.choices = _written([*_read(ballot.choices), *chosen])
    uow.session.add_all((poll, ballot))
    _count(uow, number, chosen)


def _count(uow: UnitOfWork, post_id: int, chosen: Sequence[int]) -> None:
    counted = col(PollOption.position).in_(chosen)
    count = update(PollOption).where(col(PollOption.post_id) == post_id, counted)
    uow.session.exec(count.values(vote_count=col(PollOption.vote_count) + 1))
    uow.record(PollCounted(post_id), at=uow.now + TOLD_AFTER)


def _written(choices: Sequence[int]) -> str:
    return ",".join(map(str, choices))


def _read(choices: str) -> tuple[int, ...]:
    return tuple(map(int, choices.split(","))) if choices else ()


_poll = table_of(Poll)
_option = table_of(PollOption)
_ballot = table_of(PollBallot)
LIST_POLLS: Final = HotStatement(
    sa.select(
        _poll.c.post_id,
        _poll.c.is_multiple,
        _poll.c.ends_at,
        _poll.c.voter_count,
        _ballot.c.choices,
    )
    .outerjoin(
        _ballot,
        sa.and_(
            _ballot.c.post_id == _poll.c.post_id,
            _ballot.c.actor_id == sa.bindparam("actor", type_=sa.BigInteger),
        ),
    )
    .where(is_in_bite(_poll.c.post_id))
)
LIST_OPTIONS: Final = HotStatement(
    sa.select(_option.c.post_id, _option.c.position, _option.c.text, _option.c.vote_count)
    .where(is_in_bite(_option.c.post_id))
    .order_by(_option.c.post_id, _option.c.position)
)


def list_polls(
    session: Session, viewer: Viewer | None, post_ids: Sequence[int], *, now: datetime
) -> dict[int, PollView]:
    """The polls of posts that the viewer may see, by post."""
    connection, actor = session.connection(), viewer.actor_id if viewer else 0
    views: dict[int, PollView] = {}
    for bite in in_bites(post_ids):
        options: dict[int, list[tuple[int, str, int]]] = {}
        for post_id, *option in LIST_OPTIONS.rows(connection, **bite):
            options.setdefault(post_id, []).append(tuple(option))
        for post_id, *poll in LIST_POLLS.rows(connection, actor=actor, **bite):
            views[post_id] = _view_of(post_id, poll, options.get(post_id, []), now)
    return views


def _view_of(
    post_id: int, poll: Sequence[Any], options: list[tuple[int, str, int]], now: datetime
) -> PollView:
    is_multiple, ends_at, voters, choices = poll
    own = _read(choices)
    return PollView(
        post_id=post_id,
        options=tuple(
            OptionView(text, votes, is_own=position in own) for position, text, votes in options
        ),
        is_multiple=bool(is_multiple),
        ends_at=ends_at,
        is_over=ends_at is not None and ends_at <= now,
        voters=voters,
        own=own,
    )


def with_choices(poll: PollView, choices: str) -> PollView:
    """The same poll as somebody meets it who has chosen this, as it is written on their ballot."""
    own = _read(choices)
    options = tuple(
        replace(option, is_own=number in own) for number, option in enumerate(poll.options)
    )
    return replace(poll, options=options, own=own)


def _positions(session: Session, post_id: int) -> set[int]:
    return set(session.exec(select(PollOption.position).where(PollOption.post_id == post_id)))
