"""A program, as it is told of itself and as posts tell of it, and its token."""

from __future__ import annotations

from typing import Literal

from fedparents.applications.granting import Issued
from fedparents.applications.models import OUT_OF_BAND, Application
from fedparents.applications.registration import Registered
from fedparents.applications.scopes import write_scopes
from fedparents.applications.tokens import Bearer, OwnBearer
from web.api.entities.entity import Entity, Id


class ApplicationEntity(Entity):
    id: Id
    name: str
    website: str | None
    scopes: tuple[str, ...]
    redirect_uri: str
    redirect_uris: tuple[str, ...]
    vapid_key: str

    @classmethod
    def of(cls, application: Application, push_key: str) -> ApplicationEntity:
        return cls.model_validate(_public_side(application, push_key))

    @classmethod
    def of_token(cls, bearer: Bearer | OwnBearer, push_key: str) -> ApplicationEntity:
        """Of a token from the command line, behind which there is no program that we know."""
        return cls(
            id=bearer.token_id,
            name="fedparents",
            website=None,
            scopes=tuple(write_scopes(bearer.scopes).split()),
            redirect_uri=OUT_OF_BAND,
            redirect_uris=(OUT_OF_BAND,),
            vapid_key=push_key,
        )


class CredentialApplicationEntity(ApplicationEntity):
    """With what it proves later that it is the same; told once."""

    client_id: str
    client_secret: str
    client_secret_expires_at: int = 0

    @classmethod
    def new(cls, registered: Registered, push_key: str) -> CredentialApplicationEntity:
        application = registered.application
        return cls.model_validate(
            {
                **_public_side(application, push_key),
                "client_id": application.client_id,
                "client_secret": registered.secret,
            }
        )


class TokenEntity(Entity):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a kind, by RFC 6750
    scope: str
    created_at: int

    @classmethod
    def of(cls, issued: Issued) -> TokenEntity:
        return cls(access_token=issued.text, scope=issued.scopes, created_at=issued.created_at)


def _public_side(application: Application, push_key: str) -> dict[str, object]:
    return {
        "id": application.id,
        "name": application.name,
        "website": application.website or None,
        "scopes": tuple(application.scopes.split()),
        "redirect_uri": application.redirect_uris,
        "redirect_uris": application.ways_back,
        "vapid_key": push_key,
    }
