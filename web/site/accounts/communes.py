"""Choosing a commune: a word or a postcode is typed, then one of the answers is taken."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from fedparents.errors import Invalid, NotFound
from fedparents.ids import PlaceId
from fedparents.places.queries import PlaceView, get_place, search_places
from web.forms import FormState, new_form
from web.security.limits import check_limit
from web.site.accounts.forms import PlaceForm
from web.site.page import render
from web.visit import runtime_of


@dataclass(frozen=True, slots=True)
class Choice:
    """What was found for an answer: the one place, or those to choose from."""

    place: PlaceView | None
    offered: list[PlaceView]


def choose_place(session: Session, answer: PlaceForm) -> Choice:
    """Raises Invalid when nothing is found, or when nothing was chosen of what was offered."""
    if not answer.place:
        return Choice(None, [])
    if answer.chosen is not None:
        return Choice(_get(session, answer.chosen), [])
    found = search_places(session, answer.place)
    if not found:
        raise Invalid({"place": "place_not_found"})
    if len(found) == 1:
        return Choice(found[0], [])
    if answer.place == answer.place_searched:
        raise Invalid({"place_id": "choose_one"})
    return Choice(None, found)


def offer_places(session: Session, text: str) -> list[PlaceView]:
    return search_places(session, text) if text else []


async def choices_part(request: Request) -> Response:
    """The answers for what is being typed: a part of a page, where scripts run."""
    await check_limit(request, "search")
    form = new_form({"place": request.query_params.get("place", "")[:100]}, of=PlaceForm)
    context = await offered(request, form)
    return render(request, "accounts/place_choices.html", {"form": form, **context})


async def offered(request: Request, form: FormState) -> dict[str, object]:
    """What a page needs to show the places for what is typed in its form."""
    typed = " ".join(form.values.get("place", "").replace("\x00", "").split())
    form.values["place"] = form.values["place_searched"] = typed
    found = await runtime_of(request).db.read(offer_places, typed)
    return {"places": found, "has_searched": bool(typed)}


def _get(session: Session, place_id: PlaceId) -> PlaceView:
    try:
        return get_place(session, place_id)
    except NotFound:
        raise Invalid({"place_id": "choose_one"}) from None
