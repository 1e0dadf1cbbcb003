"""What apps show of the place beside its name: its words, its rules, and what it does not have."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from markupsafe import escape
from sqlmodel import Session
from starlette.responses import PlainTextResponse, Response

from fedparents.applications.scopes import Scope
from fedparents.errors import NotFound
from fedparents.instance.models import LegalKind, LegalPage
from fedparents.instance.queries import find_legal_page, get_instance
from web.api.calls import Call
from web.api.endpoints import PRIVATE, ApiRoute, a_person, answer, anybody
from web.api.entities.entity import Entity, Moment
from web.api.entities.instance import RuleEntity
from web.api.place import list_rules
from web.site.legal.markdown import render_once
from web.visit import visit_of

_ACCOUNT: Final = a_person(Scope.WRITE_ACCOUNTS)
_PERSON: Final = a_person(Scope.READ, Scope.READ_ACCOUNTS, Scope.READ_STATUSES)


class PageEntity(Entity):
    """A page of the place's own words."""

    updated_at: Moment
    content: str


async def rules(call: Call) -> Response:
    told = await call.runtime.db.read(list_rules, _language(call))
    return answer(RuleEntity.list_of(told), is_public=True)


async def extended_description(call: Call) -> Response:
    """The page of rules, which says what this place is for; without one, its one line."""
    page = await call.runtime.db.read(_find_page, LegalKind.RULES, _language(call))
    if page is not None:
        return await _page(page)
    tagline, since = await call.runtime.db.read(_tagline)
    return answer(PageEntity(updated_at=since, content=str(escape(tagline))), is_public=True)


async def privacy_policy(call: Call) -> Response:
    page = await call.runtime.db.read(_find_page, LegalKind.PRIVACY, _language(call))
    if page is None:
        raise NotFound
    return await _page(page)


async def none(_call: Call) -> Response:
    """A list of something that this place does not have."""
    return answer([], is_public=True)


async def nobody_s(_call: Call) -> Response:
    return answer([])


async def nothing(_call: Call) -> Response:
    return answer({}, is_public=True)


async def languages(call: Call) -> Response:
    """In which this place speaks itself; what people say may be in any."""
    spoken = call.runtime.languages.all()
    return answer([{"code": each.tag, "name": each.name} for each in spoken], is_public=True)


async def not_told(_call: Call) -> Response:
    """Whom we do not talk to, and how much happens here, is no business of strangers."""
    raise NotFound


async def not_there(call: Call) -> Response:
    """None of a list that this place does not have."""
    call.number()
    raise NotFound


async def health(call: Call) -> Response:
    """Two letters, as Mastodon.py compares them; JSON for whoever asks for it."""
    if "json" in visit_of(call.request).header(b"accept"):
        return answer({"status": "OK"})
    return PlainTextResponse("OK", headers=PRIVATE)


def _find_page(session: Session, kind: LegalKind, language: str) -> LegalPage | None:
    return find_legal_page(session, kind, language)


def _tagline(session: Session) -> tuple[str, datetime]:
    place = get_instance(session)
    return place.tagline, place.created_at


async def _page(page: LegalPage) -> Response:
    content = str(await render_once(page.body))
    return answer(PageEntity(updated_at=page.created_at, content=content), is_public=True)


def _language(call: Call) -> str:
    return visit_of(call.request).language.tag


routes = [
    ApiRoute("GET", "/api/v1/instance/rules", rules, anybody()),
    ApiRoute("GET", "/api/v1/instance/extended_description", extended_description, anybody()),
    ApiRoute("GET", "/api/v1/instance/privacy_policy", privacy_policy, anybody()),
    ApiRoute("GET", "/api/v1/instance/terms_of_service", not_told, anybody()),
    ApiRoute("GET", "/api/v1/instance/domain_blocks", not_told, anybody()),
    ApiRoute("GET", "/api/v1/instance/activity", not_told, anybody()),
    ApiRoute("GET", "/api/v1/instance/peers", none, anybody()),
    ApiRoute("GET", "/api/v1/instance/languages", languages, anybody()),
    ApiRoute("GET", "/api/v1/instance/translation_languages", nothing, anybody()),
    ApiRoute("GET", "/api/v1/custom_emojis", none, anybody()),
    ApiRoute("GET", "/api/v1/announcements", nobody_s, _PERSON),
    ApiRoute("POST", "/api/v1/announcements/{id}/dismiss", not_there, _ACCOUNT),
    ApiRoute("GET", "/health", health, anybody()),
]
