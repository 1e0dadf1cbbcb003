"""Shows the mails that were kept instead of sent, and a sample of each; only in development,
and only for whoever sits at the machine."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fedparents import clock
from fedparents.errors import NotFound
from web.mail.folder import FolderSender
from web.mail.message import compose
from web.mail.samples import SAMPLES
from web.mail.words import Words, author_of
from web.routing import Handler, Page
from web.security.headers import POLICY
from web.site.devmail.access import at_the_machine, folder_of
from web.site.devmail.letters import Letter
from web.site.page import render
from web.visit import instance_of, runtime_of, visit_of

_WITH_FRAME: Final = {"Content-Security-Policy": "; ".join((*POLICY, "frame-src 'self'"))}
# A mail has its styles inside, and nothing else of it may come to life. Its links open in the page
# around it, as those of a mailbox do.
_IN_FRAME: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'self';"
    " sandbox allow-top-navigation-by-user-activation"
}


async def list_page(request: Request) -> Response:
    folder = folder_of(request)
    return render(request, "devmail/list.html", {"letters": await asyncio.to_thread(_all, folder)})


async def letter_page(request: Request) -> Response:
    letter = await _find(request)
    frame = runtime_of(request).urls.path("dev_mail_html", name=request.path_params["name"])
    context = {"letter": letter, "frame": frame, "back": "dev_mail"}
    return render(request, "devmail/letter.html", context, headers=_WITH_FRAME)


async def letter_html(request: Request) -> Response:
    return _framed((await _find(request)).html)


async def samples_page(request: Request) -> Response:
    return render(request, "devmail/samples.html", {"samples": list(SAMPLES)})


async def sample_page(request: Request) -> Response:
    tag = _language_of(request)
    name = request.path_params["name"]
    runtime = runtime_of(request)
    context = {
        "letter": _sample(request),
        "frame": runtime.urls.path("dev_mail_sample_html", name=name, **{"in": tag}),
        "back": "dev_mail_samples",
        "languages": runtime.languages.all(),
        "shown": tag,
    }
    return render(request, "devmail/letter.html", context, headers=_WITH_FRAME)


async def sample_html(request: Request) -> Response:
    return _framed(_sample(request).html)


async def _find(request: Request) -> Letter:
    folder = folder_of(request)
    message = await asyncio.to_thread(folder.find, request.path_params["name"])
    if message is None:
        raise NotFound
    return Letter.of(message)


def _all(folder: FolderSender) -> list[tuple[str, Letter]]:
    found = ((name, folder.find(name)) for name in folder.list_names())
    return [(name, Letter.of(message)) for name, message in found if message is not None]


def _sample(request: Request) -> Letter:
    make = SAMPLES.get(request.path_params["name"])
    if make is None:
        raise NotFound
    runtime, place = runtime_of(request), instance_of(request)
    words = Words(
        language=runtime.languages.get(_language_of(request)),
        place=place,
        author=author_of(runtime.settings, place),
        home=runtime.settings.base_url,
        cause="sample",
        written_at=clock.now(),
    )
    return Letter.of(compose(make(words)))


def _language_of(request: Request) -> str:
    wish = request.query_params.get("in", "")
    return wish if wish in runtime_of(request).languages.tags else visit_of(request).language.tag


def _framed(html: str) -> Response:
    around = html.replace("<head>", '<head><base target="_top">', 1)
    return HTMLResponse(around, headers=_IN_FRAME)


def _page(path: str, handler: Handler, name: str) -> Page:
    return Page(path, at_the_machine(handler), name=name, opens_early=True)


routes = [
    _page("/dev/mail", list_page, "dev_mail"),
    _page("/dev/mail/preview", samples_page, "dev_mail_samples"),
    _page("/dev/mail/preview/{name}", sample_page, "dev_mail_sample"),
    _page("/dev/mail/preview/{name}/html", sample_html, "dev_mail_sample_html"),
    _page("/dev/mail/{name}", letter_page, "dev_mail_letter"),
    _page("/dev/mail/{name}/html", letter_html, "dev_mail_html"),
]
