"""Other towns: twins and those that may become some, who is limited or kept out, and how it goes
with what waits for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from federation.delivery.board import Board, call_again, list_contacts, read_board
from federation.delivery.models import Trouble
from federation.errors import FederationError, TryLater
from federation.models import Town, Twinning
from federation.trust import clean_host, get_town, set_standing
from federation.twinning import (
    accept_twinning,
    decline_twinning,
    end_twinning,
    list_towns,
    offer_twinning,
)
from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.models import Standing
from fedparents.db import UnitOfWork
from fedparents.errors import Conflict, Invalid, NotFound
from fedparents.instance.views import get_instance_view
from web.forms import FormState, new_form, read_form
from web.i18n import N_
from web.i18n import gettext as _
from web.i18n.words import words_of
from web.routing import Page, number_in_path
from web.security.limits import check_limit
from web.site.admin.access import administrator_of
from web.site.admin.forms import StandingForm, TownForm, TwinsForm
from web.site.page import redirect, render
from web.site.toasts import Tone
from web.visit import runtime_of

TROUBLES: Final[Mapping[Trouble, str]] = {
    Trouble.NO_ANSWER: N_("It did not answer, or not in time."),
    Trouble.FAILING: N_("It answered that something is wrong on its side."),
    Trouble.BUSY: N_("It asked to be left alone for a while."),
    Trouble.UNSIGNED: N_("It does not believe that it was us."),
    Trouble.REFUSED: N_("It does not want to hear from us."),
    Trouble.UNKNOWN: N_("It does not know the person any more."),
    Trouble.GONE: N_("It said that the person is gone for good."),
    Trouble.NOT_UNDERSTOOD: N_("It did not understand what we sent."),
    Trouble.NO_TOWN: N_("Its address is none that a town can have."),
    Trouble.TOO_OLD: N_("What waited became too old."),
    Trouble.WITHDRAWN: N_("What waited was taken back before it left."),
}
STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.BLOCKED: N_("kept out"),
    Standing.LIMITED: N_("limited"),
    Standing.KNOWN: N_("like any other"),
    Standing.ALLY: N_("twin"),
}
_SAID: Final[Mapping[str, str]] = {
    "accept": N_("You are twins with %(town)s now."),
    "decline": N_("%(town)s hears that you would rather not. It may ask again."),
    "end": N_("You and %(town)s are twins no more. What went there is withdrawn."),
}
_DO: Final[Mapping[str, Callable[..., Town]]] = {
    "accept": accept_twinning,
    "decline": decline_twinning,
    "end": end_twinning,
}
_BOTH: Final = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """What the page shows."""

    board: Board
    towns: list[Town]
    answered: Mapping[str, object]
    """When each was last there."""

    def twinning(self, *states: Twinning) -> list[Town]:
        return [each for each in self.towns if each.twinning in states]

    @property
    def asking(self) -> list[Town]:
        """Those that have said who they are."""
        return [each for each in self.twinning(Twinning.ASKED) if each.looked_at]

    @property
    def decided(self) -> list[Town]:
        return [each for each in self.towns if each.standing in _STRICT]


_STRICT: Final = (Standing.BLOCKED, Standing.LIMITED)


async def towns_page(request: Request) -> Response:
    viewer = administrator_of(request)
    return await _show(request, viewer, new_form(of=TownForm))


async def ask(request: Request) -> Response:
    """Find out who a town is, and ask it to be a twin."""
    viewer, runtime = administrator_of(request), runtime_of(request)
    sent, form = await read_form(request, TownForm)
    if sent is None:
        return await _show(request, viewer, form)
    await check_limit(request, "look_up", viewer.account_id)
    try:
        host = clean_host(sent.host)
        await runtime.towns.neighbours.look_at(host)
        town = await runtime.db.write(offer_twinning, runtime.towns.base_url, host, by=viewer)
    except Invalid as error:
        form.complain(error)
        return await _show(request, viewer, form)
    except Conflict as error:
        return _back(request, words_of(error), "info")
    except TryLater:
        return _back(request, _("That town does not answer. Please try again later."), "warn")
    except FederationError:
        return _back(request, _("There is no town that says who it is."), "warn")
    runtime.carrier.wake()
    return _back(request, _("%(town)s has been asked.", town=town.name or town.host))


async def answer(request: Request) -> Response:
    """Say yes or no to a town that asks, or end what there is."""
    viewer, runtime = administrator_of(request), runtime_of(request)
    sent, _form = await read_form(request, TwinsForm)
    if sent is None:
        return redirect(request, runtime.urls.path("admin_towns"))
    try:
        base_url = runtime.towns.base_url
        town = await runtime.db.write(_DO[sent.answer], base_url, sent.host, by=viewer)
    except (Conflict, NotFound) as error:
        return _back(request, words_of(error), "info")
    runtime.carrier.wake()
    return _back(request, _(_SAID[sent.answer], town=town.name or town.host))


async def standing_page(request: Request) -> Response:
    """How we stand to one town."""
    viewer, runtime = administrator_of(request), runtime_of(request)
    if request.method != "POST":
        host = request.query_params.get("host", "")
        return await _show_town(request, await _of_town(request, host))
    sent, form = await read_form(request, StandingForm)
    if sent is None:
        return await _show_town(request, form, 422)
    try:
        town = await runtime.db.write(_change, sent, viewer)
    except (Invalid, Conflict) as error:
        form.complain(error)
        return await _show_town(request, form, 422)
    words = _("%(town)s: %(standing)s.", town=town.host, standing=_(STANDINGS[town.standing]))
    return _back(request, words)


async def call(request: Request) -> Response:
    """Try now what waits for a town."""
    viewer, runtime = administrator_of(request), runtime_of(request)
    try:
        name = await runtime.db.write(call_again, number_in_path(request), by=viewer)
    except NotFound as error:
        return _back(request, words_of(error), "info")
    runtime.carrier.wake()
    return _back(request, _("%(town)s will be tried again now.", town=name))


async def _show_town(request: Request, form: FormState, status: int = 200) -> Response:
    place = await runtime_of(request).db.read(get_instance_view)
    is_open = place.federation_mode.speaks_to_anybody
    context = {"form": form, "is_readable_by_all": is_open and not place.answers_signed_only}
    return render(request, "admin/town.html", context, status)


def _change(uow: UnitOfWork, sent: StandingForm, viewer: Viewer) -> Town:
    return set_standing(uow, sent.host, Standing(sent.standing), by=viewer, note=sent.note)


async def _of_town(request: Request, host: str) -> FormState:
    """What was said of a town so far; nothing of one that was not named."""
    try:
        name = clean_host(host)
    except Invalid:
        return new_form({"standing": "blocked"}, of=StandingForm)
    town = await runtime_of(request).db.read(get_town, name)
    values = {"host": town.host, "standing": town.standing, "note": town.note}
    return new_form(values, of=StandingForm)


async def _show(request: Request, viewer: Viewer, form: FormState) -> Response:
    def read(session: Session) -> _Neighbours:
        board = read_board(session, by=viewer, now=clock.now())
        return _Neighbours(board, list_towns(session, by=viewer), list_contacts(session))

    found = await runtime_of(request).db.read(read)
    context = {
        "board": found.board,
        "near": found,
        "troubles": TROUBLES,
        "standings": STANDINGS,
        "form": form,
    }
    return render(request, "admin/towns.html", context, 422 if form.errors else 200)


def _back(request: Request, words: str, tone: Tone = "good") -> Response:
    return redirect(request, runtime_of(request).urls.path("admin_towns"), (tone, words))


routes = [
    Page("/admin/towns", towns_page, name="admin_towns"),
    Page("/admin/towns/ask", ask, name="admin_ask_town", methods=("POST",)),
    Page("/admin/towns/answer", answer, name="admin_answer_town", methods=("POST",)),
    Page("/admin/towns/standing", standing_page, name="admin_town", methods=_BOTH),
    Page("/admin/towns/{id}/call", call, name="admin_call_town", methods=("POST",)),
]
