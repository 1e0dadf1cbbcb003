"""Answers to choose from, as they stand on the wire: in ours, and in those of others."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from federation.reading import (
    Json,
    JsonObject,
    line_of,
    moment,
    moment_of,
    number_of,
    object_of,
    objects_of,
)
from fedparents.posts.elsewhere import PollSaid
from fedparents.posts.models import Poll, PollOption, Post

_LONGEST_CHOICE = 200


def with_choices(session: Session, post: Post, note: JsonObject, now: datetime) -> JsonObject:
    """A note of ours as the question that it is."""
    poll = session.get_one(Poll, post.id)
    options = session.exec(
        select(PollOption).where(PollOption.post_id == post.id).order_by(col(PollOption.position))
    )
    choices: list[Json] = [
        {
            "type": "Note",
            "name": option.text,
            "replies": {"type": "Collection", "totalItems": option.vote_count},
        }
        for option in options
    ]
    question = note | {
        "type": "Question",
        "anyOf" if poll.is_multiple else "oneOf": choices,
        "votersCount": poll.voter_count,
    }
    if poll.ends_at is not None:
        question["endTime"] = moment(poll.ends_at)
        if poll.ends_at <= now:
            question["closed"] = moment(poll.ends_at)
    return question


def read_choices(document: JsonObject) -> PollSaid | None:
    """The answers to choose from of somebody else's question; None where there are none."""
    many, one = objects_of(document.get("anyOf")), objects_of(document.get("oneOf"))
    options = tuple(_read_choice(each) for each in many or one)
    if len({text for text, _ in options if text}) < 2:  # noqa: PLR2004 - to choose between
        return None
    ends_at = moment_of(document.get("closed")) or moment_of(document.get("endTime"))
    voters = number_of(document.get("votersCount"))
    return PollSaid(
        options=options,
        is_multiple=bool(many),
        ends_at=ends_at,
        # Some servers do not say how many: where one has one vote, it is the sum.
        voters=voters or (0 if many else sum(votes for _, votes in options)),
    )


def _read_choice(choice: JsonObject) -> tuple[str, int]:
    votes = number_of(object_of(choice.get("replies")).get("totalItems"))
    return line_of(choice.get("name"), at_most=_LONGEST_CHOICE), votes
