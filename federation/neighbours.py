"""What another town says of itself: its name, its software, and who speaks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from federation.answers import require_success
from federation.discovery import Discovery, root_of
from federation.errors import Malformed, PeerBlocked
from federation.facts import TownSays, TownSpoke
from federation.models import Town, Twinning
from federation.reading import (
    Json,
    JsonObject,
    is_uri,
    line_of,
    object_of,
    objects_of,
    read_document,
)
from federation.trust import get_town, is_kept_out
from federation.uris import host_of
from federation.vocab import AS
from fedparents.actors.models import ActorKind
from fedparents.db import Database, UnitOfWork
from fedparents.settings import Settings

if TYPE_CHECKING:
    from federation.transport import Client

TWINS: Final = "twins"
"""A town that says so understands what twins tell each other."""
CAPABILITIES: Final = (TWINS,)
"""What this place understands beyond what everybody does; its NodeInfo says so."""
SCHEMA: Final = "http://nodeinfo.diaspora.software/ns/schema"
_APPLICATION: Final = f"{AS}#Application"
_VERSIONS: Final = (f"{SCHEMA}/2.1", f"{SCHEMA}/2.0")
_LARGEST_ANSWER: Final = 64 * 1024
_LONGEST_LINE: Final = 100
_MOST_WORDS: Final = 20


@dataclass(frozen=True, slots=True)
class Introduction:
    """A town in its own words."""

    place_uri: str
    """Who speaks for it; empty when it does not say."""
    name: str
    software: str
    capabilities: tuple[str, ...]


class Neighbours:
    """Asks other towns who they are."""

    def __init__(
        self, settings: Settings, db: Database, client: Client, discovery: Discovery
    ) -> None:
        self._settings = settings
        self._db = db
        self._client = client
        self._discovery = discovery

    async def look_at(self, host: str) -> Introduction:
        """Ask a town who it is, and remember that. Raises FederationError; Malformed for one that
        does not say it."""
        if host == self._settings.domain:
            raise Malformed(f"{host} is this place")
        await self._require_wanted(root_of(self._settings, host))
        found = await self._introduction(host)
        if found.place_uri:
            speaker = await self._discovery.get(found.place_uri)
            if speaker.kind != ActorKind.APPLICATION:
                raise Malformed(f"{found.place_uri} is no place")
        await self._db.write(note_introduction, host, found)
        return found

    async def _introduction(self, host: str) -> Introduction:
        links = await self._get(f"{root_of(self._settings, host)}/.well-known/nodeinfo")
        by_rel = {str(each.get("rel")): each.get("href") for each in objects_of(links.get("links"))}
        where = next((by_rel[rel] for rel in _VERSIONS if rel in by_rel), None)
        document = await self._get(_on(host, where))
        place = by_rel.get(_APPLICATION)
        return read_introduction(document, _on(host, place) if place else "")

    async def _require_wanted(self, url: str) -> None:
        if await self._db.read(is_kept_out, host_of(url)):
            raise PeerBlocked(url)

    async def _get(self, url: str) -> JsonObject:
        headers = {"accept": "application/json"}
        answer = await self._client.get(
            url, headers=headers, at_most=_LARGEST_ANSWER, require=self._require_wanted
        )
        return read_document(require_success(answer).body)


def read_introduction(document: JsonObject, place_uri: str) -> Introduction:
    """A NodeInfo document, in whatever state it is."""
    metadata = object_of(document.get("metadata"))
    software = object_of(document.get("software"))
    listed = object_of(metadata.get("fedparents")).get("capabilities")
    words = listed[:_MOST_WORDS] if isinstance(listed, list) else []
    capabilities = (line_of(each, at_most=_LONGEST_LINE) for each in words)
    return Introduction(
        place_uri=place_uri,
        name=line_of(metadata.get("nodeName"), at_most=_LONGEST_LINE),
        software=line_of(software.get("name"), at_most=_LONGEST_LINE),
        capabilities=tuple(each for each in capabilities if each),
    )


def note_introduction(uow: UnitOfWork, host: str, found: Introduction) -> Town:
    """Whoever spoke for a town and is not its place has said nothing."""
    town = get_town(uow.session, host)
    if town.twinning == Twinning.ASKED and town.place_uri != found.place_uri:
        town.twinning, town.offer_uri = Twinning.NONE, ""
    elif town.twinning == Twinning.ASKED and town.looked_at is None:
        uow.record(TownSpoke(host, TownSays.ASKS, uow.now.isoformat()))
    town.name, town.software = found.name, found.software
    town.capabilities = "\n".join(found.capabilities)
    town.place_uri, town.looked_at = found.place_uri, uow.now
    uow.session.add(town)
    return town


def _on(host: str, address: Json) -> str:
    """An address of the town itself; raises Malformed for any other."""
    if not isinstance(address, str) or not is_uri(address) or host_of(address) != host:
        raise Malformed(f"{host} does not say who it is")
    return address
