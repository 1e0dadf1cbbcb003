"""Programs in front of a place, with tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from enum import StrEnum
from typing import Annotated

import httpx2
import pytest
import sqlalchemy as sa
from pydantic import Field
from starlette.responses import Response

from fedparents.accounts.models import Account, Role
from fedparents.actors.models import Actor
from fedparents.applications.scopes import parse_scopes
from fedparents.applications.tokens import create_token
from fedparents.authority import OPERATOR
from fedparents.db import UnitOfWork
from fedparents.paging import Paging
from tests.rig.builders import an_account
from web.api.calls import Call
from web.api.endpoints import ApiRoute, a_person, answer, answer_page, answer_people, anybody
from web.api.params import (
    File,
    Flag,
    Ids,
    Number,
    Optional,
    Params,
    Required,
    Several,
    StrictNumber,
    Time,
    Word,
)
from web.app import create_app
from web.runtime import Runtime

Issue = Callable[..., Awaitable[dict[str, str]]]


@pytest.fixture
def bearer(place: Runtime) -> Issue:
    """`await bearer("read", handle="ana")`: headers of a program that acts for somebody new."""

    async def issue(
        scopes: str = "read", *, handle: str = "ana", role: Role = Role.MEMBER, **options: object
    ) -> dict[str, str]:
        account = await an_account(place.db, handle, role=role, **options)  # type: ignore[arg-type]  # the test says which
        return await token_for(place, account, scopes)

    return issue


async def token_for(place: Runtime, account: Account, scopes: str = "read") -> dict[str, str]:
    """The headers of one more program of somebody who has an account."""

    text = await place.db.write(issue_token, account.id, scopes)
    return {"Authorization": f"Bearer {text}"}


def issue_token(uow: UnitOfWork, account_id: int, scopes: str) -> str:
    account = uow.session.get_one(Account, account_id)
    _, text = create_token(uow, account, parse_scopes(scopes), label="a test", by=OPERATOR)
    return text


class Colour(StrEnum):
    RED = "red"


class Pair(Params):
    name: Word = ""
    value: Word = ""


class Wishes(Params):
    language: Word = ""


class Everything(Params):
    """One parameter of each kind."""

    title: Required
    flag: Flag = False
    count: Number = None
    strict: StrictNumber = None
    ids: Ids = Field(default_factory=list)
    fields: Annotated[list[Pair], Several] = Field(default_factory=list)
    source: Wishes = Wishes()
    colour: Annotated[Colour | None, Optional] = None
    at: Time = None
    picture: File = None
    all: Flag = False


async def tell_everything(call: Call) -> Response:
    sent = call.read(Everything)
    told = {
        "title": sent.title,
        "flag": sent.flag,
        "count": sent.count,
        "ids": sent.ids,
        "fields": [[pair.name, pair.value] for pair in sent.fields],
        "language": sent.source.language,
    }
    if sent.all:
        picture = sent.picture
        told |= {"colour": sent.colour, "at": sent.at.isoformat() if sent.at else None}
        told |= {"picture": picture.size if picture else None}
    return answer(told)


async def _numbers(call: Call) -> tuple[list[int], Paging]:
    """Eight rows in the database, whatever they are."""
    paging = call.paging(usual=5, most=7)
    values = sa.union_all(*(sa.select(sa.literal(n).label("n")) for n in range(1, 9))).subquery()
    query = paging.narrow(sa.select(values.c.n), values.c.n)
    rows = await call.runtime.db.read(lambda session: session.execute(query).scalars().all())
    return paging.newest_first(rows), paging


async def tell_numbers(call: Call) -> Response:
    numbers, paging = await _numbers(call)
    return answer_page(call, numbers, paging, numbers)


async def tell_people(call: Call) -> Response:
    numbers, paging = await _numbers(call)
    return answer_people(call, numbers, paging, numbers)


async def tell_number(call: Call) -> Response:
    return answer({"number": call.number()})


async def tell_who(call: Call) -> Response:
    return answer({"handle": call.viewer.handle})


async def lengthen_name(call: Call) -> Response:
    """Makes something new each time that it is carried out."""

    def lengthen(uow: UnitOfWork) -> int:
        actor = uow.session.get_one(Actor, call.viewer.actor_id)
        actor.display_name += "+"
        return uow.new_id()

    return answer({"id": await call.write_once(lambda number: number, lengthen)})


ROUTES = [
    *(
        ApiRoute(method, "/api/v1/echo", tell_everything, anybody())
        for method in ("POST", "PATCH", "PUT", "DELETE")
    ),
    ApiRoute("GET", "/api/v1/numbers", tell_numbers, anybody()),
    ApiRoute("GET", "/api/v1/numbers/{id}", tell_number, anybody()),
    ApiRoute("GET", "/api/v1/people", tell_people, anybody()),
    ApiRoute("POST", "/api/v1/me", tell_who, a_person()),
    ApiRoute("POST", "/api/v1/me/name", lengthen_name, a_person()),
]


@pytest.fixture
async def echo(place: Runtime) -> AsyncIterator[httpx2.AsyncClient]:
    """A program in front of a place that also has the routes above."""
    place.routes = (*place.routes, *ROUTES)
    transport = httpx2.ASGITransport(create_app(place), client=("127.0.0.1", 50_000))
    async with httpx2.AsyncClient(
        transport=transport, base_url=place.settings.base_url, headers={"Accept-Language": "en"}
    ) as program:
        yield program
