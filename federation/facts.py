"""What happens between towns, for jobs of their own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from fedparents.db import Fact


@dataclass(frozen=True, slots=True)
class PostMissing(Fact):
    """Something was answered that is not known here; or it is known by its address alone."""

    ordered_by: ClassVar[str | None] = "uri"
    uri: str
    site: str = ""
    """Of whoever has said so: it is on their town's account that it is asked for."""


@dataclass(frozen=True, slots=True)
class OrphansWaiting(Fact):
    """Something has come in for which more answers waited than find their place at once."""

    ordered_by: ClassVar[str | None] = "uri"
    uri: str


@dataclass(frozen=True, slots=True)
class PersonMoved(Fact):
    """Somebody of this place goes on elsewhere."""

    actor_id: int


class TownSays(StrEnum):
    """What another town has said of being twins."""

    ASKS = "asks"
    AGREES = "agrees"
    DECLINES = "declines"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class TownSpoke(Fact):
    """Another town, of which it is known who it is, has said something of being twins."""

    ordered_by: ClassVar[str | None] = "host"
    host: str
    says: str
    at: str
    """When; it may say the same another year."""


@dataclass(frozen=True, slots=True)
class PicturesNamed(Fact):
    """A post of another town has pictures that are not here yet, or not any more."""

    ordered_by: ClassVar[str | None] = "post_id"
    post_id: int


@dataclass(frozen=True, slots=True)
class FaceNamed(Fact):
    """Somebody elsewhere has another picture of themself, or none any more."""

    ordered_by: ClassVar[str | None] = "actor_id"
    actor_id: int


class Plight(StrEnum):
    """How it stands between somebody elsewhere and a group of ours, where their program shows
    nothing of it."""

    WAITS = "waits"
    REFUSED = "refused"
    OF_NO_TWIN = "of_no_twin"
    """Only members read the group, and members come from twin towns."""
    ENDED = "ended"
    """They were in it."""


@dataclass(frozen=True, slots=True)
class WordsWanted(Fact):
    """Write to somebody elsewhere, in the name of a group of ours, how it stands between the two:
    their program knows no members, and shows them no reason."""

    ordered_by: ClassVar[str | None] = "actor_id"
    actor_id: int
    group_id: int
    plight: str
