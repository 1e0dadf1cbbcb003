"""`/api/v1/instance` and `/api/v2/instance`: what apps ask before anybody signs in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents import clock
from web.api.addresses import Addresses
from web.api.endpoints import ApiEndpoint, answer, for_anybody
from web.api.entities.instance import InstanceV1Entity, InstanceV2Entity
from web.api.place import get_figures
from web.push.keys import public_push_key
from web.visit import runtime_of


async def instance_v1(request: Request) -> Response:
    runtime = runtime_of(request)
    figures = await runtime.db.read(get_figures, clock.now())
    return answer(InstanceV1Entity.of(figures, Addresses.of(runtime)), is_public=True)


async def instance_v2(request: Request) -> Response:
    runtime = runtime_of(request)
    figures = await runtime.db.read(get_figures, clock.now())
    entity = InstanceV2Entity.of(figures, Addresses.of(runtime), public_push_key(runtime.secret))
    return answer(entity, is_public=True)


routes = [
    ApiEndpoint("/api/v1/instance", for_anybody(instance_v1), name="api_instance_v1"),
    ApiEndpoint("/api/v2/instance", for_anybody(instance_v2), name="api_instance_v2"),
]
