"""`/api/v2/search`: people, groups, posts and hashtags."""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum
from typing import Annotated, Final

from sqlmodel import Session
from starlette.responses import Response

from federation.errors import FederationError
from federation.uris import find_local_actor, find_local_note
from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.search.queries import Looking, search_posts
from fedparents.search.tags import find_tags
from fedparents.text import clean_line
from fedparents.timelines.full import list_by_ids
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, anybody
from web.api.entities.posts import statuses
from web.api.entities.reader import Json, Reader
from web.api.hashtags import read_tags
from web.api.params import Flag, Id, Optional, Params, Word
from web.api.people import find_people, without_own_town
from web.api.showing import fill, people_of, reader_of
from web.site.search.elsewhere import elsewhere_of, look_up

_LONGEST: Final = 200
_USUAL: Final = 20
_MOST: Final = 40


class Kind(StrEnum):
    ACCOUNTS = "accounts"
    STATUSES = "statuses"
    HASHTAGS = "hashtags"


class SearchParams(Params):
    q: Word = ""
    type: Annotated[Kind | None, Optional] = None
    resolve: Flag = False
    account_id: Id = None
    max_id: Id = None


async def search(call: Call) -> Response:
    accounts, posts, tags = await _search(call)
    return answer({"accounts": accounts, "statuses": posts, "hashtags": tags})


async def old_search(call: Call) -> Response:
    """Where hashtags were words."""
    accounts, posts, tags = await _search(call)
    return answer({"accounts": accounts, "statuses": posts, "hashtags": [t["name"] for t in tags]})


async def nothing(_call: Call) -> Response:
    """Nothing trends here."""
    return answer([])


async def _search(call: Call) -> tuple[list[Json], list[Json], list[Json]]:
    sent = call.read(SearchParams)
    offset, limit = call.offset(usual=_USUAL, most=_MOST)
    words = clean_line(sent.q)[:_LONGEST]
    if sent.resolve and offset == 0:
        await _get_to_know(call, words)
    viewer, reader = call.viewer, reader_of(call)

    def read(session: Session) -> tuple[list[Json], list[Json], list[Json]]:
        people: list[Json] = []
        posts: list[Json] = []
        tags: list[Json] = []
        if sent.type in {None, Kind.ACCOUNTS}:
            ids = _find_accounts(session, viewer, call, words)[offset : offset + limit]
            people = people_of(session, viewer, reader, ids)
        if sent.type in {None, Kind.STATUSES}:
            found = _find_posts(session, viewer, reader, words, sent)
            page = list_by_ids(session, viewer, found[offset : offset + limit])
            posts = statuses(fill(session, viewer, page), reader)
        if sent.type in {None, Kind.HASHTAGS}:
            names = find_tags(session, viewer, words, limit=offset + limit)[offset:]
            tags = read_tags(session, viewer, reader, names)
        return people, posts, tags

    return await call.runtime.db.read(read)


async def _get_to_know(call: Call, words: str) -> None:
    """Ask another town for whoever is meant; that nobody is there is no mistake of an app."""
    address = elsewhere_of(call.request, words)
    if not address:
        return
    call.count("look_up")
    with suppress(FederationError):
        await look_up(call.runtime, address)


def _find_accounts(session: Session, viewer: Viewer, call: Call, words: str) -> list[int]:
    """By name, or by the address of a page or document of ours."""
    if not words:
        return []
    base_url = call.runtime.settings.base_url
    local = find_local_actor(base_url, words)
    if local is not None:
        return [local[1]]
    name = words.removeprefix(f"{base_url}/@") if words.startswith(base_url) else words
    return find_people(session, viewer, without_own_town(call, name))


def _find_posts(
    session: Session, viewer: Viewer, reader: Reader, words: str, sent: SearchParams
) -> list[int]:
    """With these words, or the one whose address it is."""
    if not words:
        return []
    number = find_local_note(reader.base_url, words)
    if number is not None:
        return [number]
    feed = search_posts(session, viewer, Looking(words), before=sent.max_id)
    wanted = sent.account_id
    return [
        card.id
        for card in feed.cards
        if wanted is None or (card.author_actor_id == wanted and not card.is_anonymous)
    ]


_LOOK: Final = a_person(Scope.READ_SEARCH)
_TRENDS: Final = anybody(Scope.READ)
_DESK: Final = a_person(Scope.ADMIN_READ)

routes = [
    ApiRoute("GET", "/api/v2/search", search, _LOOK),
    ApiRoute("GET", "/api/v1/search", old_search, _LOOK),
    ApiRoute("GET", "/api/v1/trends", nothing, _TRENDS),
    ApiRoute("GET", "/api/v1/trends/tags", nothing, _TRENDS),
    ApiRoute("GET", "/api/v1/trends/statuses", nothing, _TRENDS),
    ApiRoute("GET", "/api/v1/trends/links", nothing, _TRENDS),
    ApiRoute("GET", "/api/v1/admin/trends/tags", nothing, _DESK),
    ApiRoute("GET", "/api/v1/admin/trends/statuses", nothing, _DESK),
    ApiRoute("GET", "/api/v1/admin/trends/links", nothing, _DESK),
]
