"""Polls: two to eight answers, one vote a person, results when one has voted or it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select, update

from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid
from fedparents.ids import PostId
from fedparents.posts.access import get_met
from fedparents.posts.facts import PollEnded
from fedparents.posts.models import Poll, PollBallot, PollOption, Post, PostState
from fedparents.text import clean_line

OPTIONS: Final = (2, 8)
OPTION_LENGTH: Final = 100
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
    has_voted: bool

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
    """Vote once and for all. Raises NotFound, Invalid("choices"), Conflict("already_voted"),
    Conflict("poll_over")."""
    met = get_met(uow.session, viewer, post_id, today=uow.now.date())
    poll = uow.session.get(Poll, post_id, with_for_update=True, populate_existing=True)
    if poll is None or met.post.state != PostState.VISIBLE:
        raise Conflict("poll_over")
    if poll.ends_at is not None and poll.ends_at <= uow.now:
        raise Conflict("poll_over")
    if uow.session.get(PollBallot, (post_id, viewer.actor_id)) is not None:
        raise Conflict("already_voted")
    chosen = sorted(set(choices))
    there = _positions(uow.session, post_id)
    if not chosen or not there.issuperset(chosen):
        raise Invalid({"choices": "missing"})
    if len(chosen) > 1 and not poll.is_multiple:
        raise Invalid({"choices": "one_choice_only"})
    poll.voter_count += 1
    uow.session.add(poll)
    uow.session.add(
        PollBallot(
            post_id=post_id,
            actor_id=viewer.actor_id,
            choices=",".join(map(str, chosen)),
            created_at=uow.now,
        )
    )
    counted = col(PollOption.position).in_(chosen)
    count = update(PollOption).where(col(PollOption.post_id) == post_id, counted)
    uow.session.exec(count.values(vote_count=col(PollOption.vote_count) + 1))


def list_polls(
    session: Session, viewer: Viewer | None, post_ids: Sequence[int], *, now: datetime
) -> dict[int, PollView]:
    """The polls of posts that the viewer may see, by post."""
    if not post_ids:
        return {}
    polls = session.exec(select(Poll).where(col(Poll.post_id).in_(post_ids))).all()
    options = select(PollOption).where(col(PollOption.post_id).in_(post_ids))
    by_post: dict[int, list[PollOption]] = {}
    for option in session.exec(options.order_by(col(PollOption.position))):
        by_post.setdefault(option.post_id, []).append(option)
    own = _own_choices(session, viewer, post_ids)
    return {
        poll.post_id: PollView(
            post_id=poll.post_id,
            options=tuple(
                OptionView(each.text, each.vote_count, each.position in own.get(poll.post_id, ()))
                for each in by_post.get(poll.post_id, ())
            ),
            is_multiple=poll.is_multiple,
            ends_at=poll.ends_at,
            is_over=poll.ends_at is not None and poll.ends_at <= now,
            voters=poll.voter_count,
            has_voted=poll.post_id in own,
        )
        for poll in polls
    }


def _own_choices(
    session: Session, viewer: Viewer | None, post_ids: Sequence[int]
) -> dict[int, set[int]]:
    if viewer is None:
        return {}
    own = select(PollBallot).where(
        col(PollBallot.post_id).in_(post_ids), PollBallot.actor_id == viewer.actor_id
    )
    return {each.post_id: set(map(int, each.choices.split(","))) for each in session.exec(own)}


def _positions(session: Session, post_id: int) -> set[int]:
    return set(session.exec(select(PollOption.position).where(PollOption.post_id == post_id)))
