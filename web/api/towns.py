"""`/api/v1/domain_blocks`: other towns of which somebody wants to hear nothing."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from fedparents.applications.scopes import Scope
from fedparents.errors import Invalid
from fedparents.social.towns import count_ties, list_muted_towns, mute_town, unmute_town
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, answer_people
from web.api.params import Params, Required

_USUAL: Final = 100
_MOST: Final = 200


class DomainParams(Params):
    domain: Required


async def all_of_them(call: Call) -> Response:
    paging = call.paging(usual=_USUAL, most=_MOST)
    found = await call.runtime.db.read(list_muted_towns, call.viewer, paging)
    domains = [each.domain for each in found]
    return answer_people(call, domains, paging, [each.id for each in found])


async def mute(call: Call) -> Response:
    domain = call.read(DomainParams).domain
    if domain.strip().lower() == call.runtime.settings.domain.lower():
        raise Invalid({"domain": "not_a_domain"})
    await call.runtime.db.write(mute_town, call.viewer, domain)
    return answer({})


async def unmute(call: Call) -> Response:
    await call.runtime.db.write(unmute_town, call.viewer, call.read(DomainParams).domain)
    return answer({})


async def preview(call: Call) -> Response:
    domain = call.read(DomainParams).domain
    ties = await call.runtime.db.read(count_ties, call.viewer, domain)
    return answer({"following_count": ties.following, "followers_count": ties.followers})


_BLOCKS: Final = "/api/v1/domain_blocks"

routes = [
    ApiRoute("GET", _BLOCKS, all_of_them, a_person(Scope.READ_BLOCKS)),
    ApiRoute("POST", _BLOCKS, mute, a_person(Scope.WRITE_BLOCKS)),
    ApiRoute("DELETE", _BLOCKS, unmute, a_person(Scope.WRITE_BLOCKS)),
    ApiRoute("GET", f"{_BLOCKS}/preview", preview, a_person(Scope.READ_FOLLOWS)),
]
