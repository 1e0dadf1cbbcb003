"""`/api/v1/accounts`: people and groups, what they said, and what they are to whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlmodel import Session
from starlette.responses import Response

from fedparents import clock
from fedparents.accounts.sessions import Viewer
from fedparents.actors.service import find_actor
from fedparents.applications.scopes import Scope
from fedparents.errors import NotFound
from fedparents.groups.seats import list_member_ids, list_seats
from fedparents.ids import GroupId
from fedparents.paging import Paging
from fedparents.search.people import search_groups, search_people
from fedparents.social.circles import Circle, list_circle
from fedparents.social.queries import list_relationships
from fedparents.timelines.faces import get_known_face, list_faces, list_known_faces
from fedparents.timelines.feeds import Wanted, read_pins, read_written
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, answer_people, anybody
from web.api.entities.people import relationship, seat
from web.api.entities.reader import Json, moment
from web.api.params import Flag, Ids, Params, Required, Word
from web.api.showing import accounts, answer_posts, people_of, read_page, reader_of, viewer_or_none
from web.api.timelines import status_paging

USUAL: Final = 40
MOST: Final = 80
_RELATIONS_AT_MOST: Final = 200


class IdsParams(Params):
    id: Ids = []


class LookupParams(Params):
    acct: Required


class SearchParams(Params):
    q: Word = ""
    following: Flag = False


class WrittenParams(Params):
    only_media: Flag = False
    exclude_replies: Flag = False
    exclude_reblogs: Flag = False
    pinned: Flag = False
    tagged: Word = ""


def people_paging(call: Call) -> Paging:
    return call.paging(usual=USUAL, most=MOST)


async def one(call: Call) -> Response:
    viewer, reader, number = viewer_or_none(call), reader_of(call), call.number()

    def read(session: Session) -> Json:
        return accounts(session, reader, [get_known_face(session, viewer, number)])[0]

    return answer(await call.runtime.db.read(read))


async def several(call: Call) -> Response:
    wanted = call.read(IdsParams).id[:MOST]
    return await _answer_known(call, wanted)


async def lookup(call: Call) -> Response:
    viewer, reader = viewer_or_none(call), reader_of(call)
    name = without_own_town(call, call.read(LookupParams).acct)

    def read(session: Session) -> Json:
        actor = find_actor(session, name)
        if actor is None:
            raise NotFound("person_not_found")
        return accounts(session, reader, [get_known_face(session, viewer, actor.id)])[0]

    return answer(await call.runtime.db.read(read))


async def search(call: Call) -> Response:
    sent = call.read(SearchParams)
    offset, limit = call.offset(usual=USUAL, most=MOST)
    words, viewer = without_own_town(call, sent.q), call.viewer

    def read(session: Session) -> list[int]:
        ids = find_people(session, viewer, words)
        if sent.following and ids:
            known = list_relationships(session, viewer, ids, now=clock.now())
            ids = [each.actor_id for each in known if each.is_following]
        return ids[offset : offset + limit]

    return await _answer_known(call, await call.runtime.db.read(read))


async def relationships(call: Call) -> Response:
    wanted = list(dict.fromkeys(call.read(IdsParams).id[:_RELATIONS_AT_MOST]))
    return answer(await call.runtime.db.read(read_relationships, call.viewer, wanted))


async def written(call: Call) -> Response:
    sent, paging, number = call.read(WrittenParams), status_paging(call), call.number()
    if sent.pinned:
        return answer_posts(call, await read_page(call, read_pins, number, paging), paging)
    wanted = Wanted(sent.exclude_replies, sent.exclude_reblogs, sent.only_media, sent.tagged)
    pageful = await read_page(call, read_written, number, paging, wanted)
    return answer_posts(call, pageful, paging)


async def followers(call: Call) -> Response:
    return await _answer_around(call, Circle.FOLLOWERS)


async def following(call: Call) -> Response:
    return await _answer_around(call, Circle.FOLLOWING)


async def follow_requests(call: Call) -> Response:
    return await _answer_circle(call, Circle.REQUESTS)


async def blocks(call: Call) -> Response:
    return await _answer_circle(call, Circle.BLOCKED)


async def mutes(call: Call) -> Response:
    return await _answer_circle(call, Circle.MUTED)


async def no_proofs(call: Call) -> Response:
    """Nobody proves elsewhere who they are."""
    await call.runtime.db.read(get_known_face, viewer_or_none(call), call.number())
    return answer([])


async def familiar(call: Call) -> Response:
    """Whom others follow is nobody else's business, so that nobody is known to know them."""
    wanted = list(dict.fromkeys(call.read(IdsParams).id[:MOST]))
    known = await call.runtime.db.read(list_known_faces, call.viewer, wanted)
    return answer([{"id": str(each), "accounts": []} for each in wanted if each in known])


def find_people(session: Session, viewer: Viewer, words: str) -> list[int]:
    """Whoever has this name, then people, then groups whose name holds the words."""
    named = find_actor(session, words.removeprefix("@")) if words else None
    exact = [named.id] if named is not None else []
    found = [each.id for each in search_people(session, viewer, words)]
    found += [each.id for each in search_groups(session, viewer, words)]
    return list(dict.fromkeys([*exact, *found]))


def read_relationships(session: Session, viewer: Viewer, ids: Sequence[int]) -> list[Json]:
    """With those of them who exist for the viewer, in their order: whoever has blocked one is not
    there, for programs either."""
    known, now = list_known_faces(session, viewer, ids), clock.now()
    groups = [each for each in ids if each in known and known[each].is_group]
    people = [each for each in ids if each in known and not known[each].is_group]
    seats = list_seats(session, viewer, groups, today=now.date())
    found = {each: seat(own) for each, own in seats.items()}
    found |= {
        each.actor_id: relationship(each)
        for each in list_relationships(session, viewer, people, now=now)
    }
    return [found[each] for each in ids if each in found]


async def _answer_known(call: Call, ids: Sequence[int]) -> Response:
    viewer, reader = viewer_or_none(call), reader_of(call)
    return answer(await call.runtime.db.read(people_of, viewer, reader, ids))


async def _answer_around(call: Call, circle: Circle) -> Response:
    """Of oneself; of a group its members; of others nobody, as their accounts say."""
    paging, number, viewer, reader = (
        people_paging(call),
        call.number(),
        call.viewer,
        reader_of(call),
    )
    if number == viewer.actor_id:
        return await _answer_circle(call, circle)

    def read(session: Session) -> tuple[list[int], list[Json]]:
        face = get_known_face(session, viewer, number)
        if not face.is_group or circle != Circle.FOLLOWERS:
            return [], []
        ids = list_member_ids(session, viewer, GroupId(number), paging)
        return ids, people_of(session, viewer, reader, ids)

    ids, people = await call.runtime.db.read(read)
    return answer_people(call, people, paging, ids)


async def _answer_circle(call: Call, circle: Circle) -> Response:
    paging, viewer, reader = people_paging(call), call.viewer, reader_of(call)

    def read(session: Session) -> tuple[list[int], list[Json]]:
        lines = list_circle(session, viewer, circle, paging, now=clock.now())
        faces = list_faces(session, viewer, [line.actor.id for line in lines])
        people = accounts(session, reader, [faces[line.actor.id] for line in lines])
        if circle == Circle.MUTED:
            for line, person in zip(lines, people, strict=True):
                person["mute_expires_at"] = moment(line.until_at) if line.until_at else None
        return [line.cursor for line in lines], people

    ids, people = await call.runtime.db.read(read)
    return answer_people(call, people, paging, ids)


def without_own_town(call: Call, name: str) -> str:
    """`@ana@here` is `ana`."""
    bare = name.strip().removeprefix("@")
    handle, _, town = bare.partition("@")
    return handle if town.lower() == call.runtime.settings.domain.lower() else bare


routes = [
    ApiRoute("GET", "/api/v1/accounts", several, anybody(Scope.READ_ACCOUNTS)),
    ApiRoute("GET", "/api/v1/accounts/lookup", lookup, anybody(Scope.READ_ACCOUNTS)),
    ApiRoute("GET", "/api/v1/accounts/search", search, a_person(Scope.READ_ACCOUNTS)),
    ApiRoute("GET", "/api/v1/accounts/relationships", relationships, a_person(Scope.READ_FOLLOWS)),
    ApiRoute("GET", "/api/v1/accounts/familiar_followers", familiar, a_person(Scope.READ_FOLLOWS)),
    ApiRoute("GET", "/api/v1/accounts/{id}", one, anybody(Scope.READ_ACCOUNTS)),
    ApiRoute("GET", "/api/v1/accounts/{id}/statuses", written, a_person(Scope.READ_STATUSES)),
    ApiRoute("GET", "/api/v1/accounts/{id}/followers", followers, a_person(Scope.READ_ACCOUNTS)),
    ApiRoute("GET", "/api/v1/accounts/{id}/following", following, a_person(Scope.READ_ACCOUNTS)),
    ApiRoute("GET", "/api/v1/accounts/{id}/identity_proofs", no_proofs, anybody()),
    ApiRoute("GET", "/api/v1/follow_requests", follow_requests, a_person(Scope.READ_FOLLOWS)),
    ApiRoute("GET", "/api/v1/blocks", blocks, a_person(Scope.READ_BLOCKS)),
    ApiRoute("GET", "/api/v1/mutes", mutes, a_person(Scope.READ_MUTES)),
]
