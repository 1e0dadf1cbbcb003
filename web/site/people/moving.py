"""Coming from another server, and going to one: those who follow somebody go with them."""

from __future__ import annotations

from typing import Annotated, Final

from starlette.requests import Request
from starlette.responses import Response

from federation.moving import (
    add_former_name,
    forget_former_name,
    list_homes,
    move_away,
    move_back,
)
from fedparents.errors import Conflict, LimitReached, NotFound
from web.forms import Form, FormState, line, new_form, read_form
from web.i18n import gettext
from web.routing import Page
from web.site.accounts.settings import has_proved, to_proof
from web.site.page import redirect, render
from web.site.people.access import POST
from web.site.search.elsewhere import look_up_typed
from web.visit import require_viewer, runtime_of

_LONGEST: Final = 200
_FIRST_LOOK: Final = 200


class CameForm(Form):
    was: Annotated[str, line(at_least=3, at_most=_LONGEST)]


class GoForm(Form):
    there: Annotated[str, line(at_least=3, at_most=_LONGEST)]


class NameForm(Form):
    uri: str = ""


async def moving_page(request: Request) -> Response:
    require_viewer(request)
    return await _show(request)


async def name_former(request: Request) -> Response:
    """Say who one was elsewhere."""
    viewer = require_viewer(request)
    sent, form = await read_form(request, CameForm)
    there = await look_up_typed(request, sent.was, form, "was") if sent else None
    if there is None:
        return await _show(request, came=form, status=422)
    try:
        await runtime_of(request).db.write(add_former_name, viewer, there.id)
    except (LimitReached, NotFound) as error:
        form.complain(error, "was")
        return await _show(request, came=form, status=409)
    return _back(request, gettext("Saved. Now begin the move over there."))


async def forget_name(request: Request) -> Response:
    viewer = require_viewer(request)
    sent, _form = await read_form(request, NameForm)
    if sent is not None:
        await runtime_of(request).db.write(forget_former_name, viewer, sent.uri)
    return _back(request, gettext("Saved."))


async def go(request: Request) -> Response:
    """Send one's followers elsewhere: only for whoever has just shown that it is them."""
    viewer, runtime = require_viewer(request), runtime_of(request)
    if not await has_proved(request, viewer):
        return to_proof(request)
    sent, form = await read_form(request, GoForm)
    there = await look_up_typed(request, sent.there, form, "there") if sent else None
    if there is None:
        return await _show(request, away=form, status=422)
    try:
        await runtime.db.write(move_away, runtime.settings.base_url, viewer, there.id)
    except (Conflict, NotFound) as error:
        form.complain(error, "there")
        return await _show(request, away=form, status=409)
    return _back(request, gettext("Done. Those who follow you are told where you are."))


async def come_back(request: Request) -> Response:
    await runtime_of(request).db.write(move_back, require_viewer(request))
    return _back(request, gettext("You are here again."))


async def _show(
    request: Request,
    *,
    came: FormState | None = None,
    away: FormState | None = None,
    status: int = _FIRST_LOOK,
) -> Response:
    homes = await runtime_of(request).db.read(list_homes, require_viewer(request).actor_id)
    came, away = came or new_form(of=CameForm), away or new_form(of=GoForm)
    shown = away if away.errors else came
    context = {"homes": homes, "came": came, "away": away, "form": shown, "plain": new_form()}
    return render(request, "people/moving.html", context, status)


def _back(request: Request, words: str) -> Response:
    return redirect(request, runtime_of(request).urls.path("moving"), ("good", words))


routes = [
    Page("/settings/moving", moving_page, name="moving"),
    Page("/settings/moving/name", name_former, name="name_former", methods=POST),
    Page("/settings/moving/forget", forget_name, name="forget_former", methods=POST),
    Page("/settings/moving/go", go, name="move_away", methods=POST),
    Page("/settings/moving/back", come_back, name="move_back", methods=POST),
]
