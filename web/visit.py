"""One request as all of `web` knows it: headers read once, who asks, and in which language."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING, Final

from starlette.datastructures import FormData
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from fedparents import clock
from fedparents.accounts.sessions import TOUCH_EVERY, Viewer, find_viewer, touch_session
from fedparents.conversations.queries import has_unread
from fedparents.errors import NotSignedIn
from fedparents.instance.views import InstanceView, get_instance_view
from fedparents.notifications.queries import count_new
from web.auth.cookies import is_browser_id, new_browser_id, parse_cookies
from web.i18n import ENGLISH, Language, read_in
from web.security.addresses import Address, client_address, parse_address

if TYPE_CHECKING:
    from sqlmodel import Session

    from web.runtime import Runtime
    from web.security.limits import Allowance

THEMES: Final = ("auto", "light", "dark", "contrast")
_KEY: Final = "fedparents.visit"


@dataclass
class Visit:
    """What is known of one request; pages reach it through the functions below."""

    runtime: Runtime
    scope: Scope
    headers: dict[bytes, bytes]
    # No secret: asking the kernel for one would let other threads in before each answer.
    id: str = field(default_factory=lambda: f"{random.getrandbits(32):08X}")
    """Ties the answer to its lines in the log; the reference number of a failure."""
    instance: InstanceView | None = None
    viewer: Viewer | None = None
    language: Language = ENGLISH
    asked_language: str = ""
    """What an app names in the body of a call, so that refusals are told in it too."""
    form: FormData | None = None
    """The form that was sent, once its origin and its token have been checked."""
    news: int = 0
    """How many notifications the viewer has not seen."""
    has_letters: bool = False
    """Whether the viewer has a private message to read."""
    is_browser_new: bool = False
    """Whether the answer has to carry the cookie that names the browser."""
    keeps_opener: bool = False
    """Whether the window may go on talking to the page of another site that opened it."""
    allowance: Allowance | None = None
    """What is left for the program that calls."""

    def header(self, name: bytes) -> str:
        """A header's value; several of one name are joined, none is ""."""
        return self.headers.get(name, b"").decode("latin-1")

    @cached_property
    def cookies(self) -> dict[str, str]:
        return parse_cookies(self.header(b"cookie"))

    @cached_property
    def address(self) -> Address:
        """Where the request comes from; for limits only, never stored or logged."""
        client = self.scope.get("client")
        return client_address(
            client[0] if client else None,
            self.header(b"x-forwarded-for"),
            self.runtime.settings.trusted_proxies,
        )

    @property
    def is_at_the_machine(self) -> bool:
        """A browser on the computer of a developer, who has the terminal anyway.

        The connection itself comes from there: no proxy forwards it, whatever it says of others.
        """
        client = self.scope.get("client")
        peer = parse_address(client[0]) if client else None
        is_forwarded = b"x-forwarded-for" in self.headers or b"forwarded" in self.headers
        is_ours = self.runtime.settings.is_development and not is_forwarded
        return is_ours and peer is not None and peer.is_loopback

    @cached_property
    def browser(self) -> str:
        """The random id of this browser; a new one is set with the answer."""
        known = self.cookies.get(self.runtime.cookies.browser, "")
        if is_browser_id(known):
            return known
        self.is_browser_new = True
        return new_browser_id()

    @property
    def theme(self) -> str:
        wishes = (
            self.viewer.theme if self.viewer else "",
            self.cookies.get(self.runtime.cookies.theme, ""),
        )
        return next((wish for wish in wishes if wish in THEMES), THEMES[0])

    async def arrive(self) -> None:
        """Find out who asks and how the place is set; from here on words are in their language.

        Raises Unavailable when the database is; the visit then has a language all the same.
        """
        try:
            found = await self.runtime.db.read(self._look_up)
            instance, self.viewer, self.news, self.has_letters = found
            self.instance = self.runtime.last_instance = instance
        finally:
            self.choose_language()
        if self.viewer is not None and clock.now() - self.viewer.seen_at > TOUCH_EVERY:
            await self.runtime.db.write(touch_session, self.viewer)

    def choose_language(self) -> None:
        instance = self.instance or self.runtime.last_instance
        self.language = self.runtime.languages.choose(
            self.viewer.language if self.viewer else "",
            self.cookies.get(self.runtime.cookies.language, ""),
            header=self.header(b"accept-language"),
            default=instance.language,
        )
        read_in(self.language, instance.zone)

    def _look_up(self, session: Session) -> tuple[InstanceView, Viewer | None, int, bool]:
        instance = get_instance_view(session)
        token = self.cookies.get(self.runtime.cookies.session)
        viewer = find_viewer(session, token, clock.now()) if token else None
        if viewer is None:
            return instance, None, 0, False
        return instance, viewer, count_new(session, viewer), has_unread(session, viewer)


class Reception:
    """ASGI: makes the visit of each request."""

    def __init__(self, app: ASGIApp, runtime: Runtime) -> None:
        self._app = app
        self._runtime = runtime
        self._scheme = "http" if runtime.settings.is_development else "https"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            if scope["type"] == "http":
                scope["scheme"] = self._scheme  # TLS ends at the proxy, if anywhere
            read_in(ENGLISH, UTC)  # until it is known who reads
            scope[_KEY] = Visit(self._runtime, scope, _read(scope["headers"]))
        await self._app(scope, receive, send)


def visit_of(request: HTTPConnection | Scope) -> Visit:
    scope = request.scope if isinstance(request, HTTPConnection) else request
    visit: Visit = scope[_KEY]
    return visit


def runtime_of(request: HTTPConnection) -> Runtime:
    return visit_of(request).runtime


def instance_of(request: HTTPConnection) -> InstanceView:
    visit = visit_of(request)
    return visit.instance or visit.runtime.last_instance


def viewer_of(request: HTTPConnection) -> Viewer | None:
    """Who is signed in, or None."""
    return visit_of(request).viewer


def require_viewer(request: HTTPConnection) -> Viewer:
    """Who is signed in; raises NotSignedIn, which leads to the sign-in page and back."""
    viewer = visit_of(request).viewer
    if viewer is None:
        raise NotSignedIn
    return viewer


def browser_of(request: HTTPConnection) -> str:
    """The id that stands for this browser, for links that work only where they were asked for."""
    return visit_of(request).browser


def _read(raw: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    headers: dict[bytes, bytes] = {}
    for name, value in raw:
        before = headers.get(name)
        between = b"; " if name == b"cookie" else b", "
        headers[name] = value if before is None else before + between + value
    return headers
