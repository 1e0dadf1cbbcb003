"""The addresses under which other towns know what is ours."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from fedparents.actors.models import ActorKind

_LONGEST_NUMBER: Final = 18
_ROOMS: Final = {ActorKind.PERSON: "users", ActorKind.GROUP: "groups"}


def actor_uri(base_url: str, actor_id: int, kind: ActorKind = ActorKind.PERSON) -> str:
    """The id of a person or group of this place; it never changes, whatever they are called."""
    return f"{base_url}/{_ROOMS[ActorKind(kind)]}/{actor_id}"


def place_uri(base_url: str) -> str:
    """The id of the place itself, which signs what nobody in particular says."""
    return f"{base_url}/actor"


def shared_inbox_uri(base_url: str) -> str:
    """Where other towns leave what is for several of us."""
    return f"{base_url}/inbox"


def picture_uri(base_url: str, file: str) -> str:
    return f"{base_url}/media/{file}"


def profile_url(base_url: str, handle: str) -> str:
    """The page of a person or group, for people."""
    return f"{base_url}/@{handle}"


def find_local_actor(base_url: str, uri: str) -> tuple[ActorKind, int] | None:
    """Which of our actors an id names; None for what is elsewhere, and for what can be none."""
    rest = uri.removeprefix(f"{base_url}/")
    room, _, number = rest.partition("/")
    is_number = number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER
    if rest == uri or not is_number or number.startswith("0"):
        return None
    return next(((kind, int(number)) for kind, name in _ROOMS.items() if name == room), None)


def host_of(uri: str) -> str:
    """The host of an address, in lower case, with its port if it has one of its own."""
    return urlsplit(uri).netloc.lower()


def is_same_origin(one: str, other: str) -> bool:
    """Whether two addresses are of one server: only then may one speak for the other (FEP-fe34)."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.scheme, first.netloc.lower()) == (second.scheme, second.netloc.lower())
