"""What happens between people; nothing is told about blocks and mutes."""

from __future__ import annotations

from dataclasses import dataclass

from fedparents.db import Fact


@dataclass(frozen=True, slots=True)
class FollowRequested(Fact):
    """Somebody asks to follow a person who decides on that by hand."""

    follower_actor_id: int
    followed_actor_id: int


@dataclass(frozen=True, slots=True)
class Followed(Fact):
    """Somebody follows a person now, at once or because the request was accepted."""

    follower_actor_id: int
    followed_actor_id: int
    was_asked: bool
    """The person accepted it by hand, so that there is nothing to tell them."""


@dataclass(frozen=True, slots=True)
class FollowEnded(Fact):
    """A follow or a request for one is over, whoever ended it and why."""

    follower_actor_id: int
    followed_actor_id: int


@dataclass(frozen=True, slots=True)
class FiltersChanged(Fact):
    """Somebody wants to be spared something else from now on."""

    account_id: int


@dataclass(frozen=True, slots=True)
class Blocked(Fact):
    """What the two still have between them (notifications, requests) has to go. Nobody is told."""

    by_actor_id: int
    actor_id: int
