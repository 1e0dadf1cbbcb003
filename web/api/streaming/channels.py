"""The streams there are: their names on sockets and in addresses, what they need and hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from fedparents.applications.scopes import Scope
from fedparents.errors import FedparentsError, NotAllowed
from fedparents.posts.content import tag_of

MOST_LETTERS: Final = 100
USER: Final = "user"
NOTIFICATIONS: Final = "user:notification"
LIST: Final = "list"
DIRECT: Final = "direct"
HASHTAGS: Final = ("hashtag", "hashtag:local")
PUBLIC: Final = (
    *("public", "public:media", "public:local", "public:local:media"),
    *("public:remote", "public:remote:media"),
)
NAMES: Final = frozenset((USER, NOTIFICATIONS, LIST, DIRECT, *HASHTAGS, *PUBLIC))
PERSONAL: Final = frozenset((USER, NOTIFICATIONS, DIRECT))
TOLD: Final = frozenset((USER, NOTIFICATIONS))
"""Those on which notifications come."""
SAID: Final = frozenset((LIST, *HASHTAGS, *PUBLIC))
"""Those of what is said, whoever it is for."""


class UnknownStream(FedparentsError):
    default_code = "stream_unknown"


class ParamOfStream(FedparentsError):
    """A stream that needs a hashtag or a list came without; `name` says which."""

    default_code = "stream_param"


class Channel(NamedTuple):
    """A stream, with its hashtag or the number of its list."""

    name: str
    param: str = ""

    @property
    def words(self) -> list[str]:
        """As it is named beside each event."""
        return [self.name, self.param] if self.param else [self.name]


class Said(NamedTuple):
    """What of a post decides in which streams it is told."""

    is_public: bool
    is_from_elsewhere: bool
    has_photos: bool
    tags: frozenset[str]
    group_id: int | None
    is_reply: bool


def channel_of(name: object, params: Mapping[str, object]) -> Channel:
    """The stream that is meant; raises UnknownStream and ParamOfStream."""
    if not isinstance(name, str) or name not in NAMES:
        raise UnknownStream
    if name in HASHTAGS:
        tag = tag_of(_param(params, "tag").removeprefix("#"))
        if not tag:
            raise ParamOfStream(name="tag")
        return Channel(name, tag)
    if name == LIST:
        number = _param(params, "list")
        if not number:
            raise ParamOfStream(name="list")
        return Channel(name, number)
    if name.startswith("public") and _is_true(params.get("only_media")):
        return Channel(name if name.endswith(":media") else f"{name}:media")
    return Channel(name)


def channel_in(path: str, params: Mapping[str, object]) -> Channel:
    """The same by what stands in the address after `/api/v1/streaming/`, or in the query."""
    name = path.strip("/").replace("/", ":")
    return channel_of(name or params.get("stream"), params)


def scopes_of(channel: Channel) -> Scope:
    return Scope.READ_NOTIFICATIONS if channel.name == NOTIFICATIONS else Scope.READ_STATUSES


def require_scope(scopes_held: frozenset[Scope], needed: Scope) -> None:
    """Raises NotAllowed as any other call does."""
    if not needed.is_within(scopes_held):
        raise NotAllowed("outside_scopes")


def holds(channel: Channel, said: Said, *, is_member: bool) -> bool:
    """Whether a stream, but for those that are somebody's own, tells of a post."""
    name = channel.name
    if name in PUBLIC:
        where = name.removesuffix(":media").removeprefix("public").removeprefix(":")
        is_there = not where or (where == "remote") == said.is_from_elsewhere
        return said.is_public and is_there and (said.has_photos or not name.endswith(":media"))
    if name in HASHTAGS:
        is_near = name == HASHTAGS[0] or not said.is_from_elsewhere
        return is_near and channel.param in said.tags
    is_in_list = is_member and not said.is_reply and channel.param == str(said.group_id)
    return name == LIST and is_in_list


def _param(params: Mapping[str, object], name: str) -> str:
    value = params.get(name)
    text = str(value) if isinstance(value, str | int) else ""
    return text if len(text) <= MOST_LETTERS else ""


def _is_true(value: object) -> bool:
    return str(value).lower() in {"1", "true", "t", "on", "yes"}
