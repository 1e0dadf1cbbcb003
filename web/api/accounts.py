"""`/api/v1/accounts`: whoever holds the token."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedparents.accounts.queries import get_own_account
from web.api.addresses import Addresses
from web.api.endpoints import ApiEndpoint, answer, for_bearer
from web.api.entities.account import CredentialAccountEntity
from web.auth.scopes import Scope
from web.auth.tokens import Bearer
from web.visit import runtime_of


async def verify_credentials(request: Request, bearer: Bearer) -> Response:
    runtime = runtime_of(request)
    view = await runtime.db.read(get_own_account, bearer.viewer)
    return answer(CredentialAccountEntity.of(view, Addresses.of(runtime)))


routes = [
    ApiEndpoint(
        "/api/v1/accounts/verify_credentials",
        for_bearer(verify_credentials, Scope.PROFILE, Scope.READ_ACCOUNTS),
        name="api_verify_credentials",
    ),
]
