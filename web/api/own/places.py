"""`/api/fedparents/v1/places`: communes, to say where a group is at home."""

from __future__ import annotations

from typing import Any, Final

from fedparents.ids import PlaceId
from fedparents.places.queries import get_place, search_places
from web.api.calls import Call
from web.api.endpoints import anybody
from web.api.own.entities import Place
from web.api.own.route import Nothing, OwnRoute, Shape
from web.api.params import Params, Required


class PlaceQuery(Params):
    q: Required


async def find_places(call: Call, sent: PlaceQuery) -> list[Place]:
    call.count("search")
    return [Place.of(each) for each in await call.runtime.db.read(search_places, sent.q)]


async def show_place(call: Call, _sent: Nothing) -> Place:
    return Place.of(await call.runtime.db.read(get_place, PlaceId(call.number())))


_LOOK: Final = anybody()

routes: list[OwnRoute[Any, Any]] = [
    OwnRoute(
        "GET /places",
        find_places,
        _LOOK,
        takes=PlaceQuery,
        gives=Place,
        shape=Shape.LIST,
        says="Communes whose name or postcode begins so, the likeliest first.",
    ),
    OwnRoute(
        "GET /places/{id}", show_place, _LOOK, takes=Nothing, gives=Place, says="One commune."
    ),
]
