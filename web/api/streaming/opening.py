"""Letting a program listen: who it is, and to what it may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sqlmodel import Session

from fedparents.accounts.policy import SIGNS_IN
from fedparents.accounts.sessions import Viewer
from fedparents.applications.tokens import Bearer, OwnBearer, bearer_of_token
from fedparents.errors import LimitReached, NotAllowed, NotFound, NotSignedIn
from fedparents.groups.cards import list_own_groups
from web.api.addresses import Addresses
from web.api.entities.reader import Reader
from web.api.errors import NeedsPerson
from web.api.streaming.channels import LIST, PERSONAL, Channel, scopes_of
from web.api.streaming.listeners import MOST_CHANNELS, Stream

if TYPE_CHECKING:
    from web.runtime import Runtime

_LONGEST_TOKEN: Final = 200


async def find_listener(runtime: Runtime, tokens: Sequence[str]) -> tuple[Bearer, str]:
    """Who comes with the first of these tokens that works, and which that is. Raises NotSignedIn,
    NeedsPerson and NotAllowed as any other call does."""
    for token in tokens:
        found = await runtime.db.read(bearer_of_token, token[:_LONGEST_TOKEN])
        if isinstance(found, OwnBearer):
            raise NeedsPerson
        if found is not None:
            if found.viewer.state not in SIGNS_IN:
                raise NotAllowed(f"account_{found.viewer.state}")
            return found, token
    raise NotSignedIn


def reader_of(runtime: Runtime, bearer: Bearer) -> Reader:
    return Reader(
        Addresses.of(runtime),
        runtime.languages,
        runtime.secret,
        token_id=bearer.token_id,
        actor_id=bearer.viewer.actor_id,
        place_language=runtime.last_instance.language,
    )


async def subscribe(runtime: Runtime, stream: Stream, bearer: Bearer, channel: Channel) -> None:
    """Let a stream tell of this too. Raises NotAllowed, NotFound for a list of somebody else's, and
    LimitReached."""
    if channel in stream.channels:
        return
    if len(stream.channels) >= MOST_CHANNELS:
        raise LimitReached("too_many_streams")
    require_scope(bearer, channel)
    if channel.name == LIST:
        await runtime.db.read(_require_list, bearer.viewer, channel.param)
    stream.channels[channel] = None
    if channel.name in PERSONAL:
        runtime.streams.look_at(stream)


def require_scope(bearer: Bearer, channel: Channel) -> None:
    if not bearer.may(scopes_of(channel)):
        raise NotAllowed("outside_scopes")


def _require_list(session: Session, viewer: Viewer, number: str) -> None:
    if all(str(group.id) != number for group in list_own_groups(session, viewer)):
        raise NotFound("group_not_found")
