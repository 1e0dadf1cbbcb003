"""Two kinds of routes: pages for people, endpoints for programs; what is checked before each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from enum import StrEnum
from typing import Final, TypeAlias

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from fedparents.errors import FedparentsError, NotAllowed, NotFound, Unavailable
from web.form_parsing import parse_form
from web.security.bodies import LARGEST, SECONDS_TO_ANSWER, BoundedBody
from web.security.csrf import FIELD, SAFE_METHODS, check_origin, check_token
from web.security.limits import use_policy
from web.visit import Visit, visit_of

ANY_METHOD: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""For a route that decides by itself, because even a 405 would say that it is there."""
LONGEST_ID: Final = 18
"""Digits: all ids of the next four centuries have as many, and every database can hold them."""

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]


class NotSetUp(FedparentsError):
    """The page belongs to a place whose first administrator has not finished the wizard."""

    default_code = "instance_not_founded"


class FactorFirst(NotAllowed):
    """The desk belongs to somebody who has a second factor, and this one has none yet."""

    default_code = "factor_first"


class Answers(StrEnum):
    """In which form a route tells that something went wrong."""

    PAGE = "page"
    """For people: pages, and parts of pages."""
    JSON = "json"
    API = "api"
    """JSON in the words that apps made for Mastodon know."""
    EMPTY = "empty"


class Page(Route):
    """A page or a form of the site.

    Before the handler runs, it is known who asks and in which language, the limits have been
    checked, and a form has been read whole and found to come from a page of ours. As long as the
    place is not set up, every page leads to the wizard, unless it `opens_early`. A body larger than
    usual is taken from people who are signed in only.
    """

    answers: Answers = Answers.PAGE
    policy = "page"
    """What looking at it counts as."""

    def __init__(
        self,
        path: str,
        handler: Handler,
        *,
        name: str,
        methods: Iterable[str] = ("GET",),
        max_body: int = LARGEST,
        opens_early: bool = False,
    ) -> None:
        prepared = _PageHandler(handler, max_body, self.policy, opens_early=opens_early)
        super().__init__(path, prepared, name=name, methods=list(methods))


class Picture(Page):
    """Asked for by pages, by the dozen: that it is not there is said without words."""

    answers = Answers.EMPTY
    policy = "picture"


class Endpoint(Route):
    """A route for programs: no cookies are looked at, so there is nothing that could be forged."""

    def __init__(
        self,
        path: str,
        handler: Handler,
        *,
        name: str,
        methods: Iterable[str] = ("GET",),
        max_body: int = LARGEST,
        answers: Answers = Answers.JSON,
    ) -> None:
        super().__init__(path, _Handler(handler, max_body), name=name, methods=list(methods))
        self.answers = answers


def number_in_path(request: Request, name: str = "id") -> int:
    """An id from the address; raises NotFound for what can be none."""
    number = read_number(str(request.path_params[name]))
    if number is None:
        raise NotFound
    return number


def number_in_query(request: Request, name: str) -> int | None:
    """An id from the query; None without one, and for what can be none."""
    return read_number(request.query_params.get(name, ""))


def start_in_query(request: Request, name: str = "before") -> int | None:
    """Where a page of a list begins; None for its first, raises NotFound for what is no number."""
    number = number_in_query(request, name)
    if number is None and request.query_params.get(name):
        raise NotFound
    return number


def read_number(text: str) -> int | None:
    """The id that a text stands for, or None."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID
    return int(text) if is_number else None


class _Handler:
    """ASGI around one handler: a body within bounds, an answer within a time."""

    def __init__(self, handler: Handler, max_body: int) -> None:
        self._handler = handler
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = visit_of(scope)
        body = BoundedBody(
            receive, at_most=self._max_body, declared=visit.header(b"content-length")
        )
        request = Request(scope, body, send)
        try:
            await self._prepare(visit, request, body)
            response = await self._answer(request)
            await response(scope, body, send)
        finally:
            await _close_files(visit)

    async def _prepare(self, visit: Visit, request: Request, body: BoundedBody) -> None:
        pass

    async def _answer(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                return await self._handler(request)
        except TimeoutError as error:
            raise Unavailable("took_too_long", log="a handler ran out of time") from error


class _PageHandler(_Handler):
    def __init__(self, handler: Handler, max_body: int, policy: str, *, opens_early: bool) -> None:
        super().__init__(handler, max_body)
        self._policy = policy
        self._opens_early = opens_early

    @override
    async def _prepare(self, visit: Visit, request: Request, body: BoundedBody) -> None:
        await visit.arrive()
        if not (self._opens_early or visit.runtime.last_instance.is_set_up):
            raise NotSetUp
        if request.method in SAFE_METHODS:
            use_policy(request, self._policy)
            return
        check_origin(visit)
        if visit.viewer is None:
            body.narrow(LARGEST)
        visit.form = await parse_form(request)
        token = visit.form.get(FIELD)
        check_token(visit, token if isinstance(token, str) else "")
        use_policy(request, "form")


async def _close_files(visit: Visit) -> None:
    if visit.form is not None:
        for _, value in visit.form.multi_items():
            if isinstance(value, UploadFile):
                await value.close()
