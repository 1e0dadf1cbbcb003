"""People whom one does not know: whether one hears of what they do, and what of it waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.conversations.queries import count_requests
from fedparents.db import UnitOfWork
from fedparents.errors import NotFound
from fedparents.notifications.models import Sifting, SiftingRule
from fedparents.notifications.queries import NotificationLine, lines_of, list_sifted
from fedparents.notifications.sifting import (
    Waiting,
    change_sifting,
    count_waiting,
    forget_sender,
    get_sifting,
    list_waiting,
    welcome_sender,
)
from fedparents.paging import Paging
from fedparents.timelines.faces import Face, get_known_face, list_known_faces
from web.forms import new_form, read_form
from web.i18n import gettext
from web.i18n.words import words_of
from web.notifications.sayings import SAYINGS, path_of, say
from web.routing import Page, number_in_path, start_in_query
from web.site.notifications.forms import StrangersForm
from web.site.page import redirect, render
from web.visit import require_viewer, runtime_of

_A_PAGE: Final = 50
_POST: Final = ("POST",)
_BOTH: Final = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class Sight:
    """Who waits, as far as the viewer may know of them."""

    people: list[tuple[Waiting, Face]]
    older: int | None
    letters: int
    """How many strangers have written a letter."""


async def strangers_page(request: Request) -> Response:
    viewer, db = require_viewer(request), runtime_of(request).db
    rule, waiting = await db.read(_read_rule, viewer)
    form = new_form(StrangersForm.values_of(rule), of=StrangersForm)
    if request.method == "POST":
        sent, form = await read_form(request, StrangersForm)
        if sent is not None:
            await db.write(change_sifting, viewer, sent.draft)
            there = runtime_of(request).urls.path("strangers")
            return redirect(request, there, ("good", gettext("Saved.")))
    choices = [
        (Sifting.ACCEPT.value, gettext("I hear of it like of anything else")),
        (Sifting.FILTER.value, gettext("It is kept aside until I have looked")),
        (Sifting.DROP.value, gettext("I do not want to hear of it")),
    ]
    context: dict[str, object] = {"form": form, "choices": choices, "waiting": waiting}
    return render(request, "notifications/strangers.html", context, 422 if form.errors else 200)


async def waiting_page(request: Request) -> Response:
    viewer, before = require_viewer(request), start_in_query(request, "before")
    runtime = runtime_of(request)
    sight = await runtime.db.read(_read_waiting, viewer, before)
    older = sight.older
    more = runtime.urls.path("kept_aside", before=older) if older is not None else ""
    context = {"sight": sight, "more": more, "form": new_form(), "is_first": before is None}
    return render(request, "notifications/kept_aside.html", context)


async def one_page(request: Request) -> Response:
    viewer, number = require_viewer(request), number_in_path(request)
    runtime = runtime_of(request)
    face, lines = await runtime.db.read(_read_one, viewer, number)
    context = {
        "face": face,
        "lines": lines,
        "say": say,
        "sayings": SAYINGS,
        "path_of": lambda view: path_of(view, runtime.urls),
        "form": new_form(),
    }
    return render(request, "notifications/kept_aside_of.html", context)


async def welcome(request: Request) -> Response:
    said = gettext("You hear of this person from now on.")
    return await _decide(request, welcome_sender, said)


async def let_go(request: Request) -> Response:
    return await _decide(request, forget_sender, gettext("Taken away. They are not told."))


async def _decide(
    request: Request, service: Callable[[UnitOfWork, Viewer, int], None], said: str
) -> Response:
    viewer, runtime = require_viewer(request), runtime_of(request)
    there = runtime.urls.path("kept_aside")
    try:
        await runtime.db.write(service, viewer, number_in_path(request))
    except NotFound as error:
        # In two tabs: said where one was, for others may wait.
        return redirect(request, there, ("info", words_of(error)))
    return redirect(request, there, ("good", said))


def _read_rule(session: Session, viewer: Viewer) -> tuple[SiftingRule, int]:
    people, _told = count_waiting(session, viewer)
    return get_sifting(session, viewer), people


def _read_waiting(session: Session, viewer: Viewer, before: int | None) -> Sight:
    found = list_waiting(session, viewer, Paging(_A_PAGE + 1, max_id=before))
    page = found[:_A_PAGE]
    faces = list_known_faces(session, viewer, [each.actor_id for each in page])
    return Sight(
        people=[(each, faces[each.actor_id]) for each in page if each.actor_id in faces],
        older=page[-1].newest_id if len(found) > _A_PAGE else None,
        letters=count_requests(session, viewer) if before is None else 0,
    )


def _read_one(session: Session, viewer: Viewer, number: int) -> tuple[Face, list[NotificationLine]]:
    face = get_known_face(session, viewer, number)
    found = list_sifted(session, viewer, number)
    if not found:
        raise NotFound
    return face, lines_of(found)


routes = [
    Page("/settings/notifications/strangers", strangers_page, name="strangers", methods=_BOTH),
    Page("/notifications/aside", waiting_page, name="kept_aside"),
    Page("/notifications/aside/{id}", one_page, name="kept_aside_of"),
    Page("/notifications/aside/{id}/welcome", welcome, name="welcome_sender", methods=_POST),
    Page("/notifications/aside/{id}/let-go", let_go, name="let_sender_go", methods=_POST),
]
