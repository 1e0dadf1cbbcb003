"""`/api/v1/accounts`: whoever holds the token."""

from __future__ import annotations

from starlette.responses import Response

from fedparents.accounts.queries import get_own_account
from fedparents.applications.scopes import Scope
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer
from web.api.entities.account import CredentialAccountEntity


async def verify_credentials(call: Call) -> Response:
    view = await call.runtime.db.read(get_own_account, call.viewer)
    return answer(CredentialAccountEntity.of(view, call.addresses))


routes = [
    ApiRoute(
        "GET",
        "/api/v1/accounts/verify_credentials",
        verify_credentials,
        a_person(Scope.PROFILE, Scope.READ_ACCOUNTS),
    ),
]
