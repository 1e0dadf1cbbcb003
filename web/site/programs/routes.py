"""The page to which an app sends somebody, to be let in (`/oauth/authorize`).

Whoever is not signed in does that first, by a link in a mail too, and comes back here.
"""

from __future__ import annotations

import contextlib
import re
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer, end_session
from fedparents.applications.granting import givable, grant
from fedparents.applications.registration import find_application, is_way_back
from fedparents.errors import NotAllowed, NotFound, NotSignedIn
from web.api.errors import OAUTH_WORDS
from web.auth.devices import device_in_words
from web.auth.sign_in import leave
from web.forms import Form, new_form, read_form
from web.i18n import N_, gettext, read_in
from web.routing import Page
from web.site.page import LONGEST_PATH, head_for, name_browser, redirect, render
from web.site.programs.asking import Asked
from web.site.programs.powers import powers_of
from web.visit import instance_of, require_viewer, runtime_of, viewer_of, visit_of

_CODE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_PROBLEMS: Final = {
    "program_unknown": N_(
        "This place does not know the app that sent you here. Please start again in the app."
    ),
    "way_back_unknown": N_(
        "The app that sent you here wants the answer at an address that it has not told us"
        " before. Please start again in the app."
    ),
    "address_too_long": N_(
        "The app that sent you here says more than we can keep in mind while you sign in. Please"
        " sign in here first, then start again in the app."
    ),
}


class AnswerForm(Form):
    """What somebody says to a program."""

    answer: Literal["allow", "deny"]


async def authorize(request: Request) -> Response:
    query, viewer = request.query_params, viewer_of(request)
    head_for(request, request.scope["path"])
    application = await runtime_of(request).db.read(find_application, query.get("client_id", ""))
    if application is None:
        return _problem(request, "program_unknown")
    way = query.get("redirect_uri", "")
    if way not in application.ways_back or not is_way_back(way):
        return _problem(request, "way_back_unknown")
    _speak(request)
    asked = Asked.of(application, query)
    if viewer is None:  # before anything else: nobody is led elsewhere who has not come in
        if len(_address(request)) > LONGEST_PATH:
            return _problem(request, "address_too_long")
        raise NotSignedIn
    if asked.error:
        return _refuse(request, asked, asked.error)
    if request.method == "POST":
        return await _answer(request, viewer, asked)
    return await _ask(request, viewer, asked)


async def _ask(request: Request, viewer: Viewer, asked: Asked) -> Response:
    scopes = await runtime_of(request).db.read(givable, viewer, asked.scopes, clock.now())
    if not scopes:
        return _refuse(request, asked, "invalid_scope")
    context = {
        "asked": asked,
        "name": asked.application.name,
        "powers": powers_of(scopes),
        "form": new_form(of=AnswerForm),
        "here": _address(request),
        "other": runtime_of(request).urls.path("other_account") + _query(request),
    }
    return render(request, "programs/ask.html", context, headers=asked.headers())


async def _answer(request: Request, viewer: Viewer, asked: Asked) -> Response:
    said, _ = await read_form(request, AnswerForm)
    if said is None:
        return await _ask(request, viewer, asked)
    if said.answer == "deny":
        return _refuse(request, asked, "access_denied")
    try:
        code = await runtime_of(request).db.write(
            grant,
            viewer,
            asked.application.id,
            scopes=asked.scopes,
            redirect_uri=asked.redirect_uri,
            challenge=asked.challenge,
            device=device_in_words(visit_of(request).header(b"user-agent")),
        )
    except NotAllowed:
        return _refuse(request, asked, "invalid_scope")
    if asked.is_out_of_band:
        return redirect(request, runtime_of(request).urls.path("program_code", code=code))
    return _go_back(request, asked, code=code)


async def code_page(request: Request) -> Response:
    """For programs to which no address leads: the code is read here and typed there."""
    code = request.query_params.get("code", "")
    if _CODE.fullmatch(code) is None:
        raise NotFound
    return render(request, "programs/code.html", {"code": code})


async def other_account(request: Request) -> Response:
    """Sign out here and come back as somebody else."""
    viewer, runtime = require_viewer(request), runtime_of(request)
    await read_form(request, Form)
    with contextlib.suppress(NotFound):  # it was ended from another browser a moment ago
        await runtime.db.write(end_session, viewer, viewer.session_id)
    there = runtime.urls.path("authorize") + _query(request)
    head_for(request, there)
    response = redirect(request, runtime.urls.path("sign_in", next=there))
    leave(request, response)
    return response


def _refuse(request: Request, asked: Asked, error: str) -> Response:
    words = gettext(OAUTH_WORDS[error])
    if not asked.is_out_of_band:
        return _go_back(request, asked, error=error, error_description=words)
    if error == "access_denied":
        return redirect(request, "/", ("good", gettext("This app was not let in.")))
    return _page(request, words)


def _go_back(request: Request, asked: Asked, **told: str) -> Response:
    response = RedirectResponse(asked.way_back(**told), 303)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    name_browser(visit_of(request), response)
    return response


def _problem(request: Request, code: str) -> Response:
    return _page(request, gettext(_PROBLEMS[code]))


def _page(request: Request, text: str) -> Response:
    return render(request, "programs/problem.html", {"text": text}, 400)


def _speak(request: Request) -> None:
    """An app may name the language; what somebody has chosen here goes before it."""
    visit = visit_of(request)
    wish = request.query_params.get("lang", "")
    viewer, runtime = visit.viewer, visit.runtime
    if not wish or (viewer is not None and viewer.language):
        return
    visit.language = runtime.languages.choose(
        visit.cookies.get(runtime.cookies.language, ""),
        wish,
        header=visit.header(b"accept-language"),
        default=instance_of(request).language,
    )
    read_in(visit.language, instance_of(request).zone)


def _query(request: Request) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return f"?{query}" if query else ""


def _address(request: Request) -> str:
    return runtime_of(request).urls.path("authorize") + _query(request)


routes = [
    Page(
        "/oauth/authorize", authorize, name="authorize", methods=("GET", "POST"), opens_early=True
    ),
    Page("/oauth/authorize/native", code_page, name="program_code", opens_early=True),
    Page("/sign-in/other", other_account, name="other_account", methods=("POST",)),
]
