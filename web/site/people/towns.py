"""Towns of which one wants to hear nothing: the list, one more, one less."""

from __future__ import annotations

from typing import Final

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.errors import Invalid, LimitReached
from fedparents.paging import Paging
from fedparents.social.models import TownMute
from fedparents.social.towns import (
    TOWNS_AT_MOST,
    TownTies,
    count_ties,
    list_muted_towns,
    mute_town,
    unmute_town,
)
from web.forms import new_form, read_form
from web.i18n import gettext
from web.routing import Page
from web.site.page import redirect, render
from web.site.people.access import BOTH, POST
from web.site.people.forms import TownForm
from web.visit import require_viewer, runtime_of

_ALL: Final = Paging(TOWNS_AT_MOST)
_LONGEST: Final = 253


async def list_page(request: Request) -> Response:
    """With a town in its address it says what would end: pages of people there lead here."""
    viewer, db = require_viewer(request), runtime_of(request).db
    named = request.query_params.get("domain", "")[:_LONGEST]
    form = new_form({"domain": named}, of=TownForm)
    if request.method == "POST":
        sent, form = await read_form(request, TownForm)
        if sent is not None:
            try:
                await db.write(mute_town, viewer, sent.domain)
            except (Invalid, LimitReached) as error:
                form.complain(error, at="domain")
            else:
                said = gettext("You hear nothing from %(town)s now.", town=sent.domain)
                return redirect(request, _path(request), ("good", said))
    towns, ties = await db.read(_look, viewer, named)
    context: dict[str, object] = {"towns": towns, "ties": ties, "form": form, "plain": new_form()}
    return render(request, "people/muted_towns.html", context, 422 if form.errors else 200)


async def unmute(request: Request) -> Response:
    viewer = require_viewer(request)
    sent, _form = await read_form(request, TownForm)
    if sent is None:
        return redirect(request, _path(request))
    await runtime_of(request).db.write(unmute_town, viewer, sent.domain)
    said = gettext("You hear from %(town)s again.", town=sent.domain)
    return redirect(request, _path(request), ("good", said))


def _look(session: Session, viewer: Viewer, named: str) -> tuple[list[TownMute], TownTies | None]:
    ties = count_ties(session, viewer, named) if named else None
    return list_muted_towns(session, viewer, _ALL), ties


def _path(request: Request) -> str:
    return runtime_of(request).urls.path("muted_towns")


routes = [
    Page("/settings/towns", list_page, name="muted_towns", methods=BOTH),
    Page("/settings/towns/unmute", unmute, name="unmute_town", methods=POST),
]
