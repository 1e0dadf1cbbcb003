"""What goes wrong on the way to an answer, and how it is told: as a page, as JSON, or not at all.

The one place that knows which status an error of the core has. Whatever is not in the table is a
bug: it is logged with its reference number, and the person gets the number and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fedparents.errors import (
    Conflict,
    FedparentsError,
    Invalid,
    LimitReached,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Unavailable,
)
from web.api.endpoints import speak_to
from web.api.errors import (
    API_TYPE,
    NeedsPerson,
    NotTheirs,
    OAuthProblem,
    ParamMissing,
    Refused,
    UnknownClient,
    api_error,
)
from web.forms import typed_values
from web.i18n import N_, gettext
from web.i18n.formats import format_delta
from web.i18n.words import say, words_of
from web.routing import Answers, FactorFirst, NotSetUp
from web.security.csrf import SAFE_METHODS, FormIsStale
from web.site.page import local_path, redirect, render
from web.visit import Visit, visit_of

log = structlog.get_logger(__name__)

STATUS: Final[Mapping[type[Exception], int]] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    LimitReached: 429,
    Unavailable: 503,
    NotSetUp: 503,
    ParamMissing: 400,
    NeedsPerson: 422,
    OAuthProblem: 400,
    UnknownClient: 401,
    NotTheirs: 403,
    Refused: 422,
    FedparentsError: 400,
    Exception: 500,
}
"""Looked up along the classes of an error, the nearest one first."""

TITLES: Final = {
    400: N_("That could not be read"),
    401: N_("Please sign in"),
    403: N_("This is not possible"),
    404: N_("Nothing here"),
    405: N_("This is not possible here"),
    408: N_("That took too long"),
    409: N_("Somebody was faster"),
    413: N_("That is too large"),
    415: N_("That could not be read"),
    421: N_("Another address"),
    422: N_("Something is missing"),
    429: N_("A little later, please"),
    431: N_("That is too large"),
    500: N_("Something went wrong here"),
    503: N_("Not at the moment"),
}
TEXTS: Final = {
    400: N_("What your browser sent cannot be read. Please go back and send it again."),
    404: N_("There is nothing at this address, or it is not for everybody to see."),
    405: N_("This page cannot be used in this way. Please start from the front page."),
    408: N_("Your connection was too slow this time. Please go back and send it again."),
    413: N_("What you sent is larger than this page accepts. Please send something smaller."),
    415: N_("This page expects a form. Please start from the front page."),
    421: N_("This place is not called by the name in your address bar."),
    431: N_("Your browser sent too much with its request. Deleting this site's cookies may help."),
    500: N_("It is our mistake, not yours. It has been written down and will be looked at."),
}
_MOST_KEPT: Final = 64 * 1024
_KEEPS_FORM: Final = frozenset({401, 429, 503})


@dataclass(frozen=True, slots=True)
class Failure:
    """One error as it is told."""

    error: Exception
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    retry_after: timedelta | None = None

    @property
    def code(self) -> str:
        """A word for programs."""
        if isinstance(self.error, FedparentsError):
            return self.error.code
        return HTTPStatus(self.status).phrase.lower().replace(" ", "_").replace("-", "_")

    @property
    def text(self) -> str:
        """A sentence for people."""
        if isinstance(self.error, FedparentsError):
            return words_of(self.error)
        return gettext(TEXTS.get(self.status, TEXTS[400]))

    @property
    def keeps_form(self) -> bool:
        """Whether what was typed may simply be sent once more."""
        return self.status in _KEEPS_FORM or isinstance(self.error, FormIsStale | FactorFirst)


def failure_of(error: Exception) -> Failure:
    """The status of an error and what its answer has to carry."""
    if isinstance(error, HTTPException):
        return Failure(error, error.status_code, dict(error.headers or {}))
    status = next(STATUS[each] for each in type(error).__mro__ if each in STATUS)
    wait = error.retry_after if isinstance(error, LimitReached) else None
    if isinstance(error, Unavailable):
        wait = timedelta(seconds=30)
    if wait is None:
        return Failure(error, status)
    seconds = max(1, math.ceil(wait.total_seconds()))
    return Failure(error, status, {"Retry-After": str(seconds)}, wait)


class ErrorAnswers:
    """ASGI: turns whatever is raised further inside into an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def watch(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except ClientDisconnect:
            pass  # nobody is there to be answered
        except Exception as error:
            visit = visit_of(scope)
            failure = failure_of(error)
            _note(visit, failure)
            if has_begun:
                raise  # half an answer is out: the server has to cut the connection
            response = await _answer(Request(scope, receive), visit, failure)
            await response(scope, receive, send)


def _note(visit: Visit, failure: Failure) -> None:
    if _is_bug(failure):
        log.error("request.failed", reference=visit.id, exc_info=failure.error)
    elif isinstance(failure.error, FedparentsError) and failure.error.log:
        log.info("request.refused", request=visit.id, code=failure.code, reason=failure.error.log)


async def _answer(request: Request, visit: Visit, failure: Failure) -> Response:
    if request.method == "OPTIONS" and failure.status == HTTPStatus.METHOD_NOT_ALLOWED:
        return Response(status_code=204, headers=failure.headers)
    match _kind(request):
        case Answers.API:
            speak_to(visit)  # what failed may have come before anybody looked at the language
            reference = visit.id if _is_bug(failure) else ""
            told = api_error(failure.error, failure.code, lambda: failure.text, reference)
            return JSONResponse(told, failure.status, failure.headers, API_TYPE)
        case Answers.JSON:
            body = {"error": failure.code, "reference": visit.id}
            return JSONResponse(body, failure.status, failure.headers)
        case Answers.EMPTY:
            return Response(status_code=failure.status, headers=failure.headers)
    return await _page(request, visit, failure)


def _kind(request: Request) -> Answers:
    marked = getattr(request.scope.get("route"), "answers", None)
    if isinstance(marked, Answers):
        return marked
    return Answers.API if request.scope["path"].startswith("/api/") else Answers.PAGE


async def _page(request: Request, visit: Visit, failure: Failure) -> Response:
    """A page in the reader's language; if even that fails, a line of plain text."""
    try:
        await _arrive_late(visit)
        if isinstance(failure.error, NotSetUp):
            return redirect(request, visit.runtime.urls.path("setup"))
        if isinstance(failure.error, FactorFirst) and request.method in SAFE_METHODS:
            here = _address(request)
            return redirect(request, visit.runtime.urls.path("second_factor", next=here))
        if failure.status == HTTPStatus.UNAUTHORIZED and request.method in SAFE_METHODS:
            return _to_sign_in(request, visit)
        if failure.keeps_form and (kept := _kept(visit)):
            return _send_again(request, visit, failure, kept)
        return render(
            request,
            "frame/error.html",
            _told(visit, failure),
            failure.status,
            {"Cache-Control": "private, no-store", **failure.headers},
        )
    except Exception:
        log.exception("request.failed_twice", reference=visit.id)
        text = f"Something went wrong here. Reference: {visit.id}"
        return PlainTextResponse(text, failure.status, failure.headers)


async def _arrive_late(visit: Visit) -> None:
    """What failed may have failed before it was known who asks; without a database it stays so."""
    if visit.instance is None:
        try:
            await visit.arrive()
        except (TimeoutError, FedparentsError):
            visit.choose_language()


def _told(visit: Visit, failure: Failure) -> dict[str, object]:
    return {
        "status": failure.status,
        "title": gettext(TITLES.get(failure.status, TITLES[400])),
        "text": failure.text,
        "retry_after_text": _when(failure),
        "reference": visit.id if _is_bug(failure) else "",
        "actions": _actions(visit, failure),
    }


def _is_bug(failure: Failure) -> bool:
    return failure.status == HTTPStatus.INTERNAL_SERVER_ERROR


def _actions(visit: Visit, failure: Failure) -> list[dict[str, str]]:
    if failure.status == HTTPStatus.MISDIRECTED_REQUEST:
        base = visit.runtime.settings.base_url
        return [{"label": gettext("Go to the front page"), "url": f"{base}/"}]
    return []


def _when(failure: Failure) -> str:
    if failure.retry_after is None or failure.status != HTTPStatus.TOO_MANY_REQUESTS:
        return ""
    return gettext("You can try again in %(time)s.", time=format_delta(failure.retry_after))


def _to_sign_in(request: Request, visit: Visit) -> Response:
    return redirect(request, visit.runtime.urls.path("sign_in", next=_address(request)))


def _kept(visit: Visit) -> dict[str, str]:
    """What was typed into a form that has been found to be ours; no passwords, no files."""
    if visit.form is None:
        return {}
    kept = typed_values(visit.form, with_secrets=False)
    return kept if sum(map(len, kept.values())) <= _MOST_KEPT else {}


def _send_again(request: Request, visit: Visit, failure: Failure, kept: dict[str, str]) -> Response:
    """A page that holds the form and sends it once more, with a token for whoever is here now."""
    needs_factor = isinstance(failure.error, FactorFirst)
    needs_sign_in = visit.viewer is None and failure.status == HTTPStatus.UNAUTHORIZED
    return render(
        request,
        "errors/send_again.html",
        {
            **_told(visit, failure),
            "title": gettext("Please protect your account first")
            if needs_factor
            else gettext(TITLES[failure.status]),
            "text": say("signed_out_meanwhile", {}) if needs_sign_in else failure.text,
            "sign_in_url": visit.runtime.urls.path("sign_in") if needs_sign_in else "",
            "factor_url": visit.runtime.urls.path("second_factor") if needs_factor else "",
            "kept": kept,
            "form_key": _form_key(visit),
            "action": _address(request),
        },
        failure.status,
        {"Cache-Control": "private, no-store", **failure.headers},
    )


def _address(request: Request) -> str:
    """The path and query that were asked for, as they were sent."""
    query = request.scope["query_string"].decode("latin-1")
    return local_path(quote(request.scope["path"]) + (f"?{query}" if query else ""))


def _form_key(visit: Visit) -> str:
    key = visit.form.get("form_key") if visit.form is not None else None
    return key if isinstance(key, str) else ""
