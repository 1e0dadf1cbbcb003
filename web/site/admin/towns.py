"""How it goes with other towns: who does not answer, since when, what waits, and trying again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from federation.delivery.board import call_again, read_board
from federation.delivery.models import Trouble
from fedparents import clock
from fedparents.errors import NotFound
from web.forms import new_form
from web.i18n import N_
from web.i18n import gettext as _
from web.i18n.words import words_of
from web.routing import Page, number_in_path
from web.site.admin.access import administrator_of
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


async def towns_page(request: Request) -> Response:
    viewer = administrator_of(request)
    board = await runtime_of(request).db.read(read_board, by=viewer, now=clock.now())
    context = {"board": board, "troubles": TROUBLES, "form": new_form()}
    return render(request, "admin/towns.html", context)


async def call(request: Request) -> Response:
    """Try now what waits for a town."""
    viewer, runtime = administrator_of(request), runtime_of(request)
    try:
        name = await runtime.db.write(call_again, number_in_path(request), by=viewer)
    except NotFound as error:
        return _back(request, words_of(error), "info")
    runtime.carrier.wake()
    return _back(request, _("%(town)s will be tried again now.", town=name))


def _back(request: Request, words: str, tone: Tone = "good") -> Response:
    return redirect(request, runtime_of(request).urls.path("admin_towns"), (tone, words))


routes = [
    Page("/admin/towns", towns_page, name="admin_towns"),
    Page("/admin/towns/{id}/call", call, name="admin_call_town", methods=("POST",)),
]
