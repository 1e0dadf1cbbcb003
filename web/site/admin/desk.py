"""The first page of the desk: what waits, the most urgent first, then how things stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from federation.twinning import count_asking
from fedparents.accounts.queries import count_active, count_waiting
from fedparents.accounts.sessions import Viewer
from fedparents.instance.models import LegalKind, Registrations
from fedparents.instance.queries import get_instance, list_missing_pages
from fedparents.jobs.models import JobState
from fedparents.jobs.queries import count_jobs
from fedparents.moderation.queues import ForPlace, count_for_place
from web.i18n import gettext as _
from web.i18n import ngettext
from web.i18n.formats import format_date
from web.routing import Page
from web.site.admin.access import find_factor_deadline, moderator_of
from web.site.admin.health import Tone, list_checks
from web.site.legal.drafts import title_of
from web.site.page import redirect, render
from web.urls import Urls
from web.visit import runtime_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do, with the button that leads to it."""

    tone: Tone
    icon: str
    title: str
    text: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class _Figures:
    waiting: int
    for_place: ForPlace
    active: int
    dead: int
    missing: list[LegalKind]
    registrations: Registrations
    language: str
    towns: int
    """How many would like to be our twins."""


async def desk_page(request: Request) -> Response:
    viewer = moderator_of(request)
    runtime = runtime_of(request)
    if not viewer.is_admin:
        return redirect(request, runtime.urls.path("admin_requests"))
    figures = await runtime.db.read(_read_figures, viewer)
    deadline = find_factor_deadline(request, viewer)
    checks = await list_checks(runtime, viewer)
    context = {
        "waiting": [*_list_waiting(figures, runtime.urls), *_list_own(deadline, runtime.urls)],
        "troubles": [check for check in checks if check.tone != "good" and check.is_on_desk],
        "active": figures.active,
        "registrations": figures.registrations,
        "is_open": not figures.missing,
    }
    return render(request, "admin/desk.html", context)


def _read_figures(session: Session, viewer: Viewer) -> _Figures:
    place = get_instance(session)
    return _Figures(
        waiting=count_waiting(session),
        for_place=count_for_place(session, viewer),
        active=count_active(session),
        dead=count_jobs(session)[JobState.DEAD],
        missing=list_missing_pages(session),
        registrations=place.registrations,
        language=place.language,
        towns=count_asking(session),
    )


def _list_complaints(waits: ForPlace, urls: Urls) -> list[Waiting]:
    found = []
    if waits.notices:
        found.append(
            Waiting(
                "bad",
                "flag",
                ngettext("One notice of a visitor", "%(num)s notices of visitors", waits.notices),
                _("The law asks for an answer without delay."),
                _("Read it"),
                urls.path("admin_notices"),
            )
        )
    if waits.reports:
        found.append(
            Waiting(
                "warn",
                "flag",
                ngettext("One report waits", "%(num)s reports wait", waits.reports),
                _("Somebody has seen what should not be, and trusts you to look."),
                _("Look at it"),
                urls.path("admin_reports"),
            )
        )
    return found


def _list_waiting(figures: _Figures, urls: Urls) -> list[Waiting]:
    found = _list_complaints(figures.for_place, urls)
    if figures.waiting:
        found.append(
            Waiting(
                "warn",
                "user-plus",
                ngettext("One person asks to join", "%(num)s people ask to join", figures.waiting),
                _("They chose your town; a quick answer is the best welcome."),
                _("See who it is"),
                urls.path("admin_requests"),
            )
        )
    if figures.towns:
        found.append(
            Waiting(
                "warn",
                "heart-handshake",
                ngettext(
                    "One town would like to be your twin",
                    "%(num)s towns would like to be your twins",
                    figures.towns,
                ),
                _("You decide, and can end it on any day."),
                _("See who it is"),
                urls.path("admin_towns"),
            )
        )
    if figures.missing:
        titles = ", ".join(title_of(kind) for kind in figures.missing)
        found.append(
            Waiting(
                "bad",
                "file-text",
                _("Sign-ups are closed: the law asks for more"),
                _("Something is still missing in: %(titles)s.", titles=titles),
                _("Complete the pages"),
                urls.path("admin_texts"),
            )
        )
    if figures.dead:
        found.append(
            Waiting(
                "bad",
                "triangle-alert",
                ngettext(
                    "One piece of work was given up",
                    "%(num)s pieces of work were given up",
                    figures.dead,
                ),
                _("Mostly these are mails that could not leave."),
                _("See what happened"),
                urls.path("admin_jobs"),
            )
        )
    return found


def _list_own(deadline: datetime | None, urls: Urls) -> list[Waiting]:
    """What waits for this admin in person."""
    if deadline is None:
        return []
    text = _(
        "From %(day)s on the desk asks administrators for a code from their phone, so that a stolen"
        " password opens nothing. It takes two minutes.",
        day=format_date(deadline),
    )
    there = urls.path("second_factor", next=urls.path("admin"))
    return [
        Waiting("warn", "smartphone", _("Protect your account"), text, _("See how"), there),
    ]


routes = [Page("/admin", desk_page, name="admin")]
