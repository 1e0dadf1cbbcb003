"""`/oauth`, as far as programs call it themselves: tokens for codes, giving them back, who it is.

The page on which somebody says yes is `web/site/programs`.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final
from urllib.parse import unquote_plus

from starlette.responses import Response

from fedparents.applications.granting import (
    Claim,
    claim_token,
    give_back,
    issue_application_token,
)
from fedparents.applications.scopes import Scope
from fedparents.errors import Invalid, NotAllowed
from web.api.accounts import read_own
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, anybody
from web.api.entities.application import TokenEntity
from web.api.errors import NotTheirs, OAuthProblem, UnknownClient
from web.api.params import Params, Word
from web.visit import visit_of

_SECRET: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class _Asking(Params):
    grant_type: Word = ""
    client_id: Word = ""
    client_secret: Word = ""
    code: Word = ""
    redirect_uri: Word = ""
    code_verifier: Word = ""
    scope: Word = ""
    token: Word = ""


async def make_token(call: Call) -> Response:
    call.count("program_token")
    sent = call.read(_Asking)
    client_id, secret = _credentials(call, sent)
    match sent.grant_type:
        case "authorization_code":
            claim = Claim(client_id, secret, sent.code, sent.redirect_uri, sent.code_verifier)
            return await _token_for_code(call, claim)
        case "client_credentials":
            return await _token_for_program(call, client_id, secret, sent.scope or "read")
        case "":
            raise OAuthProblem("invalid_request")
    raise OAuthProblem("unsupported_grant_type")


async def _token_for_code(call: Call, claim: Claim) -> Response:
    if not claim.code or not claim.redirect_uri:
        raise OAuthProblem("invalid_request")
    try:
        issued = await call.runtime.db.write(claim_token, claim)
    except NotAllowed as error:
        raise UnknownClient from error
    if issued is None:
        raise OAuthProblem("invalid_grant")
    return answer(TokenEntity.of(issued), headers=_SECRET)


async def _token_for_program(call: Call, client_id: str, secret: str, scope: str) -> Response:
    db = call.runtime.db
    try:
        issued = await db.write(issue_application_token, client_id, secret, scope)
    except NotAllowed as error:
        raise UnknownClient from error
    except Invalid as error:
        raise OAuthProblem("invalid_scope") from error
    if issued is None:
        raise OAuthProblem("invalid_scope")
    return answer(TokenEntity.of(issued), headers=_SECRET)


async def revoke(call: Call) -> Response:
    call.count("program_token")
    sent = call.read(_Asking)
    try:
        was_theirs = await call.runtime.db.write(give_back, *_credentials(call, sent), sent.token)
    except NotAllowed as error:
        raise UnknownClient from error
    if not was_theirs:
        raise NotTheirs
    return answer({})


async def user_info(call: Call) -> Response:
    account = await read_own(call)
    base_url = call.runtime.settings.base_url
    return answer(
        {
            "iss": f"{base_url}/",
            "sub": account["uri"],
            "name": account["display_name"],
            "preferred_username": account["username"],
            "profile": account["url"],
            "picture": account["avatar"],
        }
    )


async def metadata(call: Call) -> Response:
    """RFC 8414: Phanpy asks for a proof of who began only where this says that we can read it."""
    base_url = call.runtime.settings.base_url
    return answer(
        {
            "issuer": f"{base_url}/",
            "service_documentation": f"{base_url}/",
            "authorization_endpoint": f"{base_url}/oauth/authorize",
            "token_endpoint": f"{base_url}/oauth/token",
            "revocation_endpoint": f"{base_url}/oauth/revoke",
            "userinfo_endpoint": f"{base_url}/oauth/userinfo",
            "app_registration_endpoint": f"{base_url}/api/v1/apps",
            "scopes_supported": [str(scope) for scope in Scope],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "client_secret_post",
            ],
        },
        is_public=True,
    )


def _credentials(call: Call, sent: _Asking) -> tuple[str, str]:
    """Of the program: from the header (RFC 6749 section 2.3.1), else from what was sent."""
    kind, _, packed = visit_of(call.request).header(b"authorization").partition(" ")
    if kind.lower() != "basic":
        return sent.client_id, sent.client_secret
    try:
        client_id, _, secret = base64.b64decode(packed, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise UnknownClient from error
    return unquote_plus(client_id), unquote_plus(secret)


routes = [
    ApiRoute("POST", "/oauth/token", make_token, anybody()),
    ApiRoute("POST", "/oauth/revoke", revoke, anybody()),
    ApiRoute("GET", "/oauth/userinfo", user_info, a_person(Scope.PROFILE)),
    ApiRoute("POST", "/oauth/userinfo", user_info, a_person(Scope.PROFILE)),
    ApiRoute("GET", "/.well-known/oauth-authorization-server", metadata, anybody()),
]
