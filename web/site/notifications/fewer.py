"""Less of it: the page behind "fewer like this", and what mail programs press by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from fedparents.actors.models import Actor
from fedparents.db import UnitOfWork
from fedparents.errors import NotFound
from fedparents.notifications.channels import Choice
from fedparents.notifications.choosing import silence_kind, stop_digest
from fedparents.notifications.kinds import RULES, Choosing, Kind, Mail
from web.forms import FormState, new_form, read_form
from web.i18n import gettext
from web.notifications.sayings import SAYINGS
from web.notifications.tokens import Fewer, read_fewer_token
from web.routing import Endpoint, Page
from web.site.notifications.forms import FewerForm
from web.site.page import redirect, render
from web.visit import runtime_of, viewer_of

_CHOICES: Final = {
    "no_push": Choice(push=False),
    "digest": Choice(push=False, mail=Mail.DAILY),
    "nothing": Choice(push=False, mail=Mail.NEVER),
}
BOTH: Final = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class About:
    """What the link is about, in words."""

    fewer: Fewer
    words: str
    group: str


async def fewer_page(request: Request) -> Response:
    """Whoever holds the link may make it quieter, signed in or not."""
    fewer = _fewer(request)
    if isinstance(fewer.about, Kind) and RULES[fewer.about].choosing != Choosing.ALL:
        return render(request, "notifications/always.html", {"label": _label(fewer.about)})
    group = await runtime_of(request).db.read(_group_name, fewer.group_id)
    about = About(fewer, _words(fewer), group)
    if request.method != "POST":
        return _show(request, about, new_form({"how": "digest"}, of=FewerForm))
    sent, form = await read_form(request, FewerForm)
    if sent is None:
        return _show(request, about, form)
    await runtime_of(request).db.write(_carry_out, fewer, sent.how)
    if viewer_of(request) is not None:
        path = runtime_of(request).urls.path("notification_settings")
        return redirect(request, path, ("good", gettext("Saved.")))
    return render(request, "notifications/quieter.html")


async def unsubscribe_page(request: Request) -> Response:
    """A mail program that knows no better opens the link like any other."""
    _fewer(request)
    token = request.path_params["token"]
    return redirect(request, runtime_of(request).urls.path("fewer", token=token))


async def unsubscribe(request: Request) -> Response:
    """One click in a mail program (RFC 8058): no cookie, no page, no question."""
    fewer = _fewer(request)
    try:
        await runtime_of(request).db.write(_carry_out, fewer, "no_mail")
    except NotFound:
        return PlainTextResponse("Gone already.")
    return PlainTextResponse("No more mails like this.")


def _carry_out(uow: UnitOfWork, fewer: Fewer, how: str) -> None:
    if isinstance(fewer.about, Mail):
        stop_digest(uow, fewer.account_id, fewer.about)
        return
    choice = Choice(mail=Mail.NEVER) if how == "no_mail" else _CHOICES[how]
    silence_kind(uow, fewer.account_id, fewer.about, fewer.group_id, choice)


def _show(request: Request, about: About, form: FormState) -> Response:
    context = {"about": about, "form": form, "token": request.path_params["token"]}
    status = 422 if form.errors else 200
    return render(request, "notifications/fewer.html", context, status)


def _fewer(request: Request) -> Fewer:
    fewer = read_fewer_token(runtime_of(request).secret, request.path_params["token"])
    if fewer is None:
        raise NotFound
    return fewer


def _words(fewer: Fewer) -> str:
    if fewer.about == Mail.DAILY:
        return gettext("The morning's digest")
    if fewer.about == Mail.WEEKLY:
        return gettext("The weekly digest")
    return _label(Kind(fewer.about))


def _label(kind: Kind) -> str:
    return gettext(SAYINGS[kind].label)


def _group_name(session: Session, group_id: int | None) -> str:
    group = session.get(Actor, group_id) if group_id else None
    return group.display_name if group else ""


routes = [
    Page("/fewer/{token}", fewer_page, name="fewer", methods=BOTH),
    Page("/unsubscribe/{token}", unsubscribe_page, name="unsubscribe"),
    Endpoint("/unsubscribe/{token}", unsubscribe, name="unsubscribe_at_once", methods=("POST",)),
]
