"""`/api/v1/tags`, `followed_tags`, `featured_tags`: hashtags, and whoever wants them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlmodel import Session
from starlette.responses import Response

from fedparents.accounts.sessions import Viewer
from fedparents.applications.scopes import Scope
from fedparents.db import UnitOfWork
from fedparents.posts.content import tag_of
from fedparents.search.tags import OwnUse, count_own_uses, count_uses, list_used_tags
from fedparents.social.hashtags import (
    drop_featured_tag,
    feature_tag,
    follow_tag,
    list_featured_tags,
    list_followed_tags,
    standing_of_tags,
    unfeature_tag,
    unfollow_tag,
)
from fedparents.text import clean_line
from fedparents.timelines.faces import get_known_face
from web.api.calls import Call
from web.api.endpoints import ApiHandler, ApiRoute, a_person, answer, answer_people, anybody
from web.api.entities.reader import Json, Reader
from web.api.entities.tags import DAYS, featured_tag, tag_entity
from web.api.params import Params, Required
from web.api.showing import reader_of, viewer_or_none

_USUAL: Final = 100
_MOST: Final = 200
_SUGGESTED: Final = 10
_UNUSED: Final = OwnUse(0, None)


class NameParams(Params):
    name: Required


async def one(call: Call) -> Response:
    return answer(await _read_one(call))


def _doing(service: Callable[[UnitOfWork, Viewer, str], Any]) -> ApiHandler:
    """A press on a hashtag; the hashtag as it is then."""

    async def do(call: Call) -> Response:
        await call.runtime.db.write(service, call.viewer, _name(call.text("name")))
        return answer(await _read_one(call))

    return do


async def followed(call: Call) -> Response:
    paging, viewer, reader = call.paging(usual=_USUAL, most=_MOST), call.viewer, reader_of(call)

    def read(session: Session) -> tuple[list[int], list[Json]]:
        found = list_followed_tags(session, viewer, paging)
        names = [each.tag for each in found]
        return [each.id for each in found], read_tags(session, viewer, reader, names)

    ids, tags = await call.runtime.db.read(read)
    return answer_people(call, tags, paging, ids)


async def own_featured(call: Call) -> Response:
    return answer(await call.runtime.db.read(_read_featured, call.viewer.actor_id, reader_of(call)))


async def featured_of(call: Call) -> Response:
    viewer, reader, number = viewer_or_none(call), reader_of(call), call.number()

    def read(session: Session) -> list[Json]:
        get_known_face(session, viewer, number)
        return _read_featured(session, number, reader)

    return answer(await call.runtime.db.read(read))


async def feature(call: Call) -> Response:
    name, viewer, reader = _name(call.read(NameParams).name), call.viewer, reader_of(call)
    await call.runtime.db.write(feature_tag, viewer, name)
    shown = await call.runtime.db.read(_read_featured, viewer.actor_id, reader)
    return answer(next(each for each in shown if each["name"] == name))


async def drop_featured(call: Call) -> Response:
    await call.runtime.db.write(drop_featured_tag, call.viewer, call.number())
    return answer({})


async def suggested(call: Call) -> Response:
    """Those that one uses oneself, and does not show yet."""
    viewer, reader = call.viewer, reader_of(call)

    def read(session: Session) -> list[Json]:
        shown = {each.tag for each in list_featured_tags(session, viewer.actor_id)}
        used = list_used_tags(session, viewer.actor_id)
        names = [each for each in used if each not in shown]
        return read_tags(session, viewer, reader, names[:_SUGGESTED])

    return answer(await call.runtime.db.read(read))


def read_tags(
    session: Session, viewer: Viewer | None, reader: Reader, names: Sequence[str]
) -> list[Json]:
    """Hashtags by their names, in their order."""
    uses = count_uses(session, viewer, names, days=DAYS)
    own = standing_of_tags(session, viewer, names) if viewer is not None else {}
    return [tag_entity(name, reader, uses.get(name, {}), own.get(name)) for name in names]


def _read_featured(session: Session, actor_id: int, reader: Reader) -> list[Json]:
    found = list_featured_tags(session, actor_id)
    uses = count_own_uses(session, actor_id, [each.tag for each in found])
    return [featured_tag(each, uses.get(each.tag, _UNUSED), reader) for each in found]


async def _read_one(call: Call) -> Json:
    viewer, reader, name = viewer_or_none(call), reader_of(call), _name(call.text("name"))
    return (await call.runtime.db.read(read_tags, viewer, reader, [name]))[0]


def _name(word: str) -> str:
    """As posts keep it."""
    return tag_of(clean_line(word).removeprefix("#"))


_OWN: Final = a_person(Scope.READ_ACCOUNTS)
_SHOW: Final = a_person(Scope.WRITE_ACCOUNTS)
_FOLLOW: Final = a_person(Scope.WRITE_FOLLOWS)
_TAG: Final = "/api/v1/tags/{name}"
_FEATURED: Final = "/api/v1/featured_tags"

routes = [
    ApiRoute("GET", _TAG, one, anybody()),
    ApiRoute("POST", f"{_TAG}/follow", _doing(follow_tag), _FOLLOW),
    ApiRoute("POST", f"{_TAG}/unfollow", _doing(unfollow_tag), _FOLLOW),
    ApiRoute("POST", f"{_TAG}/feature", _doing(feature_tag), _SHOW),
    ApiRoute("POST", f"{_TAG}/unfeature", _doing(unfeature_tag), _SHOW),
    ApiRoute("GET", "/api/v1/followed_tags", followed, a_person(Scope.READ_FOLLOWS)),
    ApiRoute("GET", _FEATURED, own_featured, _OWN),
    ApiRoute("POST", _FEATURED, feature, _SHOW),
    ApiRoute("GET", f"{_FEATURED}/suggestions", suggested, _OWN),
    ApiRoute("DELETE", f"{_FEATURED}/{{id}}", drop_featured, _SHOW),
    ApiRoute("GET", "/api/v1/accounts/{id}/featured_tags", featured_of, anybody()),
]
