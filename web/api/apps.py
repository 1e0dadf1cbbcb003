"""`/api/v1/apps`: programs introduce themselves."""

from __future__ import annotations

from pydantic import Field
from starlette.responses import Response

from fedparents.applications.registration import ApplicationDraft, register_application
from fedparents.applications.tokens import application_of
from fedparents.errors import NotSignedIn
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_program, answer, anybody
from web.api.entities.application import ApplicationEntity, CredentialApplicationEntity
from web.api.params import Params, Required, Word, Words
from web.push.keys import public_push_key


class _NewApplication(Params):
    client_name: Required
    redirect_uris: Words = Field(default_factory=list)
    scopes: Words = Field(default_factory=list)
    website: Word = ""


async def create_app(call: Call) -> Response:
    """Anybody may, under any name; it is people who let a program in."""
    call.count("application")
    sent = call.read(_NewApplication)
    draft = ApplicationDraft(
        name=sent.client_name,
        redirect_uris=[uri for words in sent.redirect_uris for uri in words.split()],
        scopes=" ".join(sent.scopes) or "read",
        website=sent.website.strip(),
    )
    registered = await call.runtime.db.write(register_application, draft)
    push_key = public_push_key(call.runtime.secret)
    return answer(CredentialApplicationEntity.new(registered, push_key))


async def verify_app(call: Call) -> Response:
    bearer = call.bearer or call.own_bearer
    if bearer is None:
        raise NotSignedIn
    application = await call.runtime.db.read(application_of, bearer)
    push_key = public_push_key(call.runtime.secret)
    if application is None:
        return answer(ApplicationEntity.of_token(bearer, push_key))
    return answer(ApplicationEntity.of(application, push_key))


routes = [
    ApiRoute("POST", "/api/v1/apps", create_app, anybody()),
    ApiRoute("GET", "/api/v1/apps/verify_credentials", verify_app, a_program()),
]
