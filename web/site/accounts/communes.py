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

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Choice:
    """What was found for an answer: the one place, or those to choose from."""

    place: PlaceView | None
    offered: list[PlaceView]


def choose_place(session: Session, answer: PlaceForm) -> Choice:
    """Raises Invalid when nothing is found, or when nothing was chosen of what was offered."""
    if not answer.place:
        return Choice(None, [])
    was_offered = answer.place == answer.place_searched
    if was_offered and answer.place_id is not None:
        return Choice(_chosen(session, answer.place_id), [])
    found = search_places(session, answer.place)
    if not found:
        raise Invalid({"place": "place_not_found"})
    if len(found) == 1:
        return Choice(found[0], [])
    if was_offered:
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


def _chosen(session: Session, place_id: int) -> PlaceView:
    try:
        if place_id > _LARGEST_ID:
            raise NotFound
        return get_place(session, PlaceId(place_id))
    except NotFound:
        raise Invalid({"place_id": "choose_one"}) from None
