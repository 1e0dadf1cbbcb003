"""How the place is set, question by question, as the wizard asked it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.db import UnitOfWork
from fedparents.errors import Invalid
from fedparents.instance.models import (
    FederationMode,
    GroupFounding,
    Instance,
    LegalKind,
    Registrations,
)
from fedparents.instance.queries import find_legal_page, get_instance, list_missing_pages
from fedparents.instance.service import (
    answer_signed_only,
    change_federation,
    change_group_founding,
    change_identity,
    change_joining,
    change_moderators_factor,
)
from fedparents.retention.rules import RULES
from fedparents.retention.service import change_periods, count_due, get_periods
from web.forms import FormState, new_form, read_form, typed_values
from web.i18n import N_
from web.i18n import gettext as _
from web.routing import Page
from web.site.admin.access import administrator_of
from web.site.admin.forms import (
    DeskJoiningForm,
    DeskNeighboursForm,
    FactorRuleForm,
    FoundingForm,
    MailTestForm,
    PlaceForm,
)
from web.site.admin.mail_test import MailTest, try_mail
from web.site.admin.zones import zone_choices
from web.site.legal.drafts import title_of
from web.site.legal.facts import RETENTION_WORDS
from web.site.page import redirect, render
from web.visit import runtime_of, visit_of

REGISTRATION_WORDS: Final = {
    Registrations.CLOSED: N_("Nobody for now"),
    Registrations.INVITED: N_("Those who were invited, and you decide"),
    Registrations.APPROVED: N_("Everybody may ask, and you decide"),
    Registrations.OPEN: N_("Everybody, at once"),
}
MODE_WORDS: Final = {
    FederationMode.ISLAND: N_("Nobody: only your own members"),
    FederationMode.ALLIES: N_("Neighbouring towns that you know"),
    FederationMode.OPEN: N_("Everybody on the open web"),
}
FOUNDING_WORDS: Final = {
    GroupFounding.MEMBERS: N_("Every member"),
    GroupFounding.APPROVAL: N_("Every member, and you look first"),
    GroupFounding.MODERATORS: N_("Only moderators"),
}
FACTOR_WORDS: Final = {
    "admins": N_("Administrators"),
    "moderators": N_("Administrators and moderators"),
}
_LONGEST_NUMBER: Final = 6


async def settings_page(request: Request) -> Response:
    administrator_of(request)
    place, missing = await runtime_of(request).db.read(_read_place)
    context = {
        "place": place,
        "missing": missing,
        "joining": _(REGISTRATION_WORDS[place.registrations]),
        "factor": _(FACTOR_WORDS[_who_needs_factor(place)]),
        "founding": _(FOUNDING_WORDS[place.group_founding]),
        "neighbours": _(MODE_WORDS[place.federation_mode]),
        "language": runtime_of(request).languages.get(place.language).name,
    }
    return render(request, "admin/settings.html", context)


async def place_page(request: Request) -> Response:
    viewer = administrator_of(request)
    db = runtime_of(request).db
    place = await db.read(get_instance)
    if request.method != "POST":
        values = {**PlaceForm.values_of(place), "language": place.language}
        return _show_place(request, new_form(values, of=PlaceForm))
    sent, form = await read_form(request, PlaceForm)
    if sent is None:
        return _show_place(request, form)
    try:
        await db.write(change_identity, sent.draft(sent.language), by=viewer)
    except Invalid as error:
        form.complain(error)
        return _show_place(request, form)
    old = [old for old, new in _renamed(place, sent) if old and old != new]
    if stale := await db.read(_pages_that_say, old):
        words = _(
            "Saved. The legal pages still say what it was before: %(titles)s. Please read them"
            " again.",
            titles=", ".join(stale),
        )
        return redirect(request, runtime_of(request).urls.path("admin_texts"), ("warn", words))
    return _saved(request)


async def joining_page(request: Request) -> Response:
    viewer = administrator_of(request)
    db = runtime_of(request).db
    if request.method != "POST":
        place = await db.read(get_instance)
        values = {
            **DeskJoiningForm.values_of(place),
            "blocked_mail_domains": place.blocked_mail_domains,
        }
        return _show(request, "joining", new_form(values, of=DeskJoiningForm))
    sent, form = await read_form(request, DeskJoiningForm)
    if sent is None:
        return _show(request, "joining", form)
    draft = sent.draft(sent.blocked_mail_domains)
    try:
        await db.write(change_joining, draft, by=viewer)
    except Invalid as error:
        form.complain(error)
        return _show(request, "joining", form)
    return _saved(request)


async def neighbours_page(request: Request) -> Response:
    viewer = administrator_of(request)
    db = runtime_of(request).db
    if request.method != "POST":
        place = await db.read(get_instance)
        values = {
            "mode": place.federation_mode,
            "answers_signed_only": place.answers_signed_only,
        }
        return _show(request, "neighbours", new_form(values, of=DeskNeighboursForm))
    sent, form = await read_form(request, DeskNeighboursForm)
    if sent is None:
        return _show(request, "neighbours", form)
    await db.write(_change_neighbours, sent, viewer)
    return _saved(request)


def _change_neighbours(uow: UnitOfWork, sent: DeskNeighboursForm, viewer: Viewer) -> None:
    change_federation(uow, sent.mode, by=viewer)
    answer_signed_only(uow, is_on=sent.answers_signed_only, by=viewer)


async def founding_page(request: Request) -> Response:
    viewer = administrator_of(request)
    db = runtime_of(request).db
    if request.method != "POST":
        place = await db.read(get_instance)
        form = new_form({"founding": place.group_founding}, of=FoundingForm)
        return _show(request, "founding", form, options=_founding_options())
    sent, form = await read_form(request, FoundingForm)
    if sent is None:
        return _show(request, "founding", form, options=_founding_options())
    await db.write(change_group_founding, sent.founding, by=viewer)
    return _saved(request)


async def factor_page(request: Request) -> Response:
    viewer = administrator_of(request)
    db = runtime_of(request).db
    if request.method != "POST":
        place = await db.read(get_instance)
        form = new_form({"who": _who_needs_factor(place)}, of=FactorRuleForm)
        return _show(request, "factor", form, options=_factor_options())
    sent, form = await read_form(request, FactorRuleForm)
    if sent is None:
        return _show(request, "factor", form, options=_factor_options())
    is_needed = sent.who == "moderators"
    await db.write(change_moderators_factor, is_needed=is_needed, by=viewer)
    return _saved(request)


def _who_needs_factor(place: Instance) -> str:
    return "moderators" if place.moderators_factor_due_at else "admins"


def _factor_options() -> list[tuple[str, str, str]]:
    return [(who, _(words), "") for who, words in FACTOR_WORDS.items()]


def _founding_options() -> list[tuple[str, str, str]]:
    return [(founding.value, _(words), "") for founding, words in FOUNDING_WORDS.items()]


async def mail_page(request: Request) -> Response:
    """Send oneself a mail, whenever one doubts."""
    viewer = administrator_of(request)
    result: MailTest | None = None
    if request.method != "POST":
        form = new_form({"to": viewer.email}, of=MailTestForm)
    else:
        sent, form = await read_form(request, MailTestForm)
        result = await try_mail(request, form, sent.to) if sent is not None else None
    return _show(request, "mail", form, result=result)


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """One kind of data on the retention page."""

    name: str
    words: str
    lowest: int
    highest: int
    usual: int
    due: int | None
    """What would be erased at once with the number in the field; None for no number."""


async def retention_page(request: Request) -> Response:
    """Periods within their limits; what a change would erase is counted before it does."""
    viewer = administrator_of(request)
    db = runtime_of(request).db
    sent = visit_of(request).form
    form = FormState(
        values=typed_values(sent) if sent is not None else await db.read(_present_periods),
        fields=frozenset(RETENTION_WORDS),
    )
    days = _read_days(form)
    wants_to_save = sent is not None and form.values.get("action") != "preview"
    if wants_to_save and not form.errors:
        await db.write(change_periods, days, by=viewer)
        return _saved(request)
    lines = await db.read(_read_lines, days, viewer)
    return _show(request, "retention", form, lines=lines)


def _read_days(form: FormState) -> dict[str, int]:
    """The numbers that were typed and are within the limits of the rule; the others complain."""
    days: dict[str, int] = {}
    for rule in RULES:
        if rule.name not in RETENTION_WORDS:
            continue
        typed = "".join(form.values.get(rule.name, "").split())
        if not typed:
            form.add_error(rule.name, "missing")
        elif not typed.isdecimal() or len(typed) > _LONGEST_NUMBER:
            form.add_error(rule.name, "not_a_number")
        elif not rule.floor <= int(typed) <= rule.ceiling:
            form.add_error(
                rule.name, "number_out_of_range", lowest=rule.floor, highest=rule.ceiling
            )
        else:
            days[rule.name] = int(typed)
    return days


def _present_periods(session: Session) -> dict[str, str]:
    return {name: str(period.days) for name, period in get_periods(session).items()}


def _read_lines(session: Session, days: dict[str, int], viewer: Viewer) -> list[PeriodLine]:
    rules = {rule.name: rule for rule in RULES}
    periods = {name: timedelta(days=number) for name, number in days.items()}
    due = count_due(session, periods, now=clock.now(), by=viewer)
    return [
        PeriodLine(
            name=name,
            words=_(words),
            lowest=rules[name].floor,
            highest=rules[name].ceiling,
            usual=rules[name].days,
            due=due.get(name),
        )
        for name, words in RETENTION_WORDS.items()
    ]


def _renamed(place: Instance, sent: PlaceForm) -> list[tuple[str, str]]:
    return [(place.name, sent.name), (place.contact_email, sent.contact_email)]


def _pages_that_say(session: Session, words: list[str]) -> list[str]:
    """The titles of the legal pages in which any of these words stand."""
    found = []
    for kind in LegalKind:
        page = find_legal_page(session, kind, get_instance(session).language)
        if page is not None and any(word in page.body for word in words):
            found.append(title_of(kind))
    return found


def _read_place(session: Session) -> tuple[Instance, list[LegalKind]]:
    return get_instance(session), list_missing_pages(session)


def _show_place(request: Request, form: FormState) -> Response:
    languages = [(each.tag, each.name, "") for each in runtime_of(request).languages.all()]
    return _show(request, "place", form, zones=zone_choices(), languages=languages)


def _show(request: Request, name: str, form: FormState, **more: object) -> Response:
    status = 422 if form.errors else 200
    return render(request, f"admin/{name}.html", {"form": form, **more}, status)


def _saved(request: Request) -> Response:
    path = runtime_of(request).urls.path("admin_settings")
    return redirect(request, path, ("good", _("Saved.")))


_BOTH: Final = ("GET", "POST")
routes = [
    Page("/admin/settings", settings_page, name="admin_settings"),
    Page("/admin/settings/place", place_page, name="admin_place", methods=_BOTH),
    Page("/admin/settings/joining", joining_page, name="admin_joining", methods=_BOTH),
    Page("/admin/settings/neighbours", neighbours_page, name="admin_neighbours", methods=_BOTH),
    Page("/admin/settings/groups", founding_page, name="admin_founding", methods=_BOTH),
    Page("/admin/settings/second-step", factor_page, name="admin_factor", methods=_BOTH),
    Page("/admin/settings/mail", mail_page, name="admin_mail", methods=_BOTH),
    Page("/admin/settings/retention", retention_page, name="admin_retention", methods=_BOTH),
]
