"""Finding somebody elsewhere: by a name that people type, or by an id that came in a document.

What a server says about another one's people is never believed: whoever is found stands under their
own id, on their own server (FEP-fe34), and a name under another domain counts only when that domain
says so itself.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote

from sqlmodel import Session

from federation.answers import require_success
from federation.errors import FederationError, Gone, Malformed, PeerBlocked, Rejected
from federation.objects.actor import ActorDraft, accept_actor, find_remote, with_proven_domain
from federation.objects.actors import actor_from_ap
from federation.reading import JsonObject, id_of, is_uri, objects_of, read_document
from federation.trust import is_ally, is_kept_out
from federation.uris import host_of, is_same_origin
from fedparents import clock
from fedparents.actors.models import Actor
from fedparents.db import Database, UnitOfWork
from fedparents.settings import Settings, is_local_name

if TYPE_CHECKING:
    from federation.transport import Client

Fetch: TypeAlias = Callable[[str], Awaitable[JsonObject]]
"""The document at an address; raises Gone, Rejected or TryLater."""

Sign: TypeAlias = Callable[[str, Mapping[str, str]], Awaitable[dict[str, str]]]
"""These headers and more, with which the place itself asks for an address."""

FRESH_FOR: Final = timedelta(days=7)
_LARGEST_ANSWER: Final = 64 * 1024
_JRD: Final = {"accept": "application/jrd+json, application/json"}
_XRD: Final = {"accept": "application/xrd+xml, application/xml"}
_SELF_TYPES: Final = re.compile(r"application/(activity\+json|ld\+json)\b")
# No element reaches beyond the next: else ten thousand that never end would be read a second time
# for each of them.
_LRDD: Final = re.compile(
    r"<Link\b(?=[^<>]*\brel=[\"']lrdd[\"'])[^<>]*\btemplate=[\"']([^\"']+)[\"']"
)
_NAME: Final = re.compile(r"(?:acct:)?@?([^@/\s]{1,64})@([^@/\s]{1,253})")


@dataclass(frozen=True, slots=True)
class Finger:
    """What a domain says of a name."""

    handle: str
    domain: str
    uri: str
    """The id of whoever it is."""


class Discovery:
    """Whoever is elsewhere, found, remembered and looked at again after a week."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        client: Client,
        fetch: Fetch,
        sign: Sign | None = None,
    ) -> None:
        self._settings = settings
        self._sign = sign
        self._db = db
        self._client = client
        self._fetch = fetch

    async def find_by_name(self, name: str) -> Actor:
        """Whoever is called like this, `@ana@issy.fr`; raises Gone, Rejected or TryLater."""
        found = _NAME.fullmatch(name.strip())
        if found is None:
            raise Malformed("that is no name of somebody elsewhere")
        finger = await self._ask_twice(found[1], found[2].lower())
        draft = await self._look_up(finger.uri)
        if draft.handle.lower() != finger.handle.lower():
            raise Malformed(f"{finger.uri} is not called {finger.handle}")
        draft = replace(draft, domain=finger.domain)
        return await self._db.write(accept_actor, draft, is_looked_at=True)

    async def get(self, uri: str, *, anew: bool = False) -> Actor:
        """Whoever has this id: as they are known, if that is not too long ago.

        Raises Gone for those who are no more. What is known stays good when it is only old and
        their town cannot be asked.
        """
        known = await self._db.read(_find_known, uri)
        if known is not None and not anew and clock.now() - known.fetched_at < FRESH_FOR:
            await self._require_wanted(uri)
            return known.actor_or_gone()
        try:
            draft = await self._look_up(uri)
        except Gone:
            await self._db.write(note_gone, uri)
            raise
        except PeerBlocked:
            raise
        except FederationError:
            if known is None or anew:
                raise
            return known.actor_or_gone()
        if known is not None and known.actor.domain and is_same_origin(known.uri, draft.uri):
            draft = with_proven_domain(draft, known.actor)
        return await self._db.write(accept_actor, draft)

    async def _look_up(self, uri: str) -> ActorDraft:
        """What stands under an id; an address of the same server may lead to it once."""
        if not is_uri(uri) or host_of(uri) == self._settings.domain:
            raise Malformed(f"{uri} is nobody elsewhere")
        await self._require_wanted(uri)
        document = await self._fetch(uri)
        if (there := id_of(document)) != uri:
            if not is_same_origin(there, uri):
                raise Malformed(f"{uri} speaks for {there}")
            document = await self._fetch(there)
            if id_of(document) != there:
                raise Malformed(f"{there} does not stand under its own id")
        return actor_from_ap(document)

    async def _require_wanted(self, uri: str) -> None:
        if await self._db.read(is_kept_out, host_of(uri)):
            raise PeerBlocked(uri)

    async def _ask_twice(self, handle: str, domain: str) -> Finger:
        """The domain may say that the name is another domain's; that one then has to agree."""
        finger = await self._ask(handle, domain)
        if finger.domain == domain:
            return finger
        again = await self._ask(finger.handle, finger.domain)
        if again != finger:
            raise Malformed(f"{domain} and {finger.domain} do not agree on {handle}")
        return again

    async def _ask(self, handle: str, domain: str) -> Finger:
        if domain == self._settings.domain:
            raise Malformed(f"{handle} would be here")
        await self._require_wanted(root_of(self._settings, domain))
        resource = quote(f"acct:{handle}@{domain}", safe="")
        try:
            body = await self._get(
                f"{root_of(self._settings, domain)}/.well-known/webfinger?resource={resource}"
            )
        except Gone:
            raise
        except Rejected:
            template = await self._template_of(domain)
            await self._require_wanted(template)
            body = await self._get(template.replace("{uri}", resource))
        return read_finger(read_document(body), handle, domain)

    async def _template_of(self, domain: str) -> str:
        """Where a domain has its answers, if not where everybody has them."""
        body = await self._get(f"{root_of(self._settings, domain)}/.well-known/host-meta", _XRD)
        with contextlib.suppress(UnicodeDecodeError):
            found = _LRDD.search(body.decode())
            if found is not None and "{uri}" in found[1]:
                return found[1].replace("&amp;", "&")
        raise Malformed(f"{domain} answers to no names")

    async def _get(self, url: str, headers: dict[str, str] = _JRD) -> bytes:
        if self._sign is not None and await self._db.read(is_ally, host_of(url)):
            # A twin may show its people to nobody else.
            headers = await self._sign(url, headers)
        answer = await self._client.get(
            url, headers=headers, at_most=_LARGEST_ANSWER, require=self._require_wanted
        )
        return require_success(answer).body


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who was found before."""

    uri: str
    actor: Actor
    fetched_at: datetime
    is_gone: bool

    def actor_or_gone(self) -> Actor:
        if self.is_gone:
            raise Gone(f"{self.uri} is no more")
        return self.actor


def root_of(settings: Settings, domain: str) -> str:
    """Where a domain answers; without TLS only next door, in development."""
    is_near = settings.is_development and is_local_name(domain.partition(":")[0])
    return f"{'http' if is_near else 'https'}://{domain}"


def read_finger(document: JsonObject, handle: str, domain: str) -> Finger:
    """A WebFinger answer; raises Malformed when it leads to nobody."""
    links = objects_of(document.get("links"))
    uri = next((each["href"] for each in links if _leads_to_actor(each)), None)
    if not isinstance(uri, str) or not is_uri(uri):
        raise Malformed(f"{handle}@{domain} leads to nobody")
    subject = document.get("subject")
    named = _NAME.fullmatch(subject) if isinstance(subject, str) else None
    if named is None:
        return Finger(handle, domain, uri)
    return Finger(named[1], named[2].lower(), uri)


def note_gone(uow: UnitOfWork, uri: str) -> None:
    """Their own town says that they are no more."""
    row = find_remote(uow.session, uri)
    if row is not None and row.gone_at is None:
        row.gone_at = uow.now
        uow.session.add(row)


def _leads_to_actor(link: JsonObject) -> bool:
    kind = link.get("type")
    is_document = isinstance(kind, str) and _SELF_TYPES.match(kind) is not None
    return link.get("rel") == "self" and is_document


def _find_known(session: Session, uri: str) -> Known | None:
    row = find_remote(session, uri)
    actor = session.get(Actor, row.actor_id) if row is not None else None
    if row is None or actor is None:
        return None
    return Known(row.uri, actor, row.fetched_at, row.gone_at is not None)
