"""All routes of our own API, and its description as one of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from starlette.responses import Response

from web.api.calls import Call
from web.api.endpoints import ApiRoute, answer, anybody
from web.api.own.describing import ROUTES, Schema, describe
from web.api.own.route import ROOT


@lru_cache(maxsize=1)
def _described() -> Schema:
    return describe()


async def description(_call: Call) -> Response:
    return answer(_described(), is_public=True)


routes: Final = [*ROUTES, ApiRoute("GET", f"{ROOT}/openapi.json", description, anybody())]
