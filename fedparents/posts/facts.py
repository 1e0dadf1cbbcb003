"""What happens to posts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from fedparents.db import Fact


@dataclass(frozen=True, slots=True)
class PostPublished(Fact):
    """It can be read from now on: a new post, or one that was held and let through."""

    ordered_by: ClassVar[str | None] = "post_id"
    post_id: int
    is_home: bool = False
    """Said elsewhere and in no group, it was brought home in the same commit, and goes nowhere."""


@dataclass(frozen=True, slots=True)
class PostFound(Fact):
    """It was said elsewhere long ago, and was looked up: it is nobody's news."""

    post_id: int


@dataclass(frozen=True, slots=True)
class PostHeld(Fact):
    """A newcomer's first post waits for those who look after the group."""

    post_id: int


@dataclass(frozen=True, slots=True)
class PostDecided(Fact):
    """A held post was let through: tell its author, a little later, so that it can be undone."""

    post_id: int
    decided_at: str
    """ISO 8601: a later decision speaks for itself."""


@dataclass(frozen=True, slots=True)
class PostEdited(Fact):
    post_id: int


@dataclass(frozen=True, slots=True)
class PostWithdrawn(Fact):
    """Nobody can read it any more: deleted, or hidden by those who look after the place."""

    post_id: int


@dataclass(frozen=True, slots=True)
class PostNarrowed(Fact):
    """Fewer people may read it, and what answers it, than before."""

    post_id: int


class Arranged(StrEnum):
    """How somebody has arranged what is said in a group."""

    CLOSED = "closed"
    REOPENED = "reopened"
    PINNED = "pinned"
    UNPINNED = "unpinned"


@dataclass(frozen=True, slots=True)
class PostArranged(Fact):
    """It takes no more answers, or stands on top of its group; or not any more."""

    ordered_by: ClassVar[str | None] = "post_id"
    post_id: int
    how: Arranged


@dataclass(frozen=True, slots=True)
class AnswerAccepted(Fact):
    """Tell who answered that it helped."""

    post_id: int
    reply_id: int


@dataclass(frozen=True, slots=True)
class Thanked(Fact):
    post_id: int
    by_actor_id: int


@dataclass(frozen=True, slots=True)
class ThanksEnded(Fact):
    """Somebody has taken their thanks back."""

    post_id: int
    by_actor_id: int


@dataclass(frozen=True, slots=True)
class Shared(Fact):
    """Somebody, here or elsewhere, passes a post on."""

    ordered_by: ClassVar[str | None] = "share_id"
    share_id: int
    post_id: int
    by_actor_id: int


@dataclass(frozen=True, slots=True)
class ShareEnded(Fact):
    """They do so no longer; only its number is left."""

    ordered_by: ClassVar[str | None] = "share_id"
    share_id: int
    post_id: int
    by_actor_id: int


@dataclass(frozen=True, slots=True)
class PollEnded(Fact):
    post_id: int


@dataclass(frozen=True, slots=True)
class PollCounted(Fact):
    """Somebody has voted, and others may have since."""

    post_id: int


@dataclass(frozen=True, slots=True)
class Voted(Fact):
    """Somebody of this place has chosen."""

    post_id: int
    actor_id: int
    choices: str = ""
    """Positions, with commas between them. Before this was told, it was all on the ballot."""


@dataclass(frozen=True, slots=True)
class PostScheduled(Fact):
    """Its author wants it to be said at a time, which is when work on this begins."""

    scheduled_id: int
