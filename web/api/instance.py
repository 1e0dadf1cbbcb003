"""`/api/v1/instance` and `/api/v2/instance`: what apps ask before anybody signs in."""

from __future__ import annotations

from starlette.responses import Response

from fedparents import clock
from web.api.calls import Call
from web.api.endpoints import ApiRoute, answer, anybody
from web.api.entities.instance import InstanceV1Entity, InstanceV2Entity
from web.api.place import get_figures
from web.push.keys import public_push_key


async def instance_v1(call: Call) -> Response:
    figures = await call.runtime.db.read(get_figures, clock.now())
    return answer(InstanceV1Entity.of(figures, call.addresses), is_public=True)


async def instance_v2(call: Call) -> Response:
    figures = await call.runtime.db.read(get_figures, clock.now())
    key = public_push_key(call.runtime.secret)
    return answer(InstanceV2Entity.of(figures, call.addresses, key), is_public=True)


routes = [
    ApiRoute("GET", "/api/v1/instance", instance_v1, anybody()),
    ApiRoute("GET", "/api/v2/instance", instance_v2, anybody()),
]
