"""A route of our own API. What it takes and gives is said once: calls are read by it, answers are
written by it, and the description of the API is made from it (`describing`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, TypeAlias, TypeVar

from pydantic import BaseModel
from starlette.responses import Response

from fedparents.errors import Invalid
from fedparents.paging import Paging
from web.api.calls import Call
from web.api.endpoints import Access, ApiRoute, answer, answer_onward, answer_page, answer_people
from web.api.params import Params

SentT = TypeVar("SentT", bound=Params)
GivenT = TypeVar("GivenT", bound=BaseModel)

ROOT: Final = "/api/fedparents/v1"
VERSION: Final = 1
"""Of `api_versions.fedparents`: it grows when something is added; nothing is taken away."""


class Nothing(Params):
    """A call without parameters of its own."""


class Shape(StrEnum):
    """In which form something is given."""

    ONE = "one"
    LIST = "list"
    """All there is."""
    ONWARD = "onward"
    """A page of a list that goes on to what is older."""
    PEOPLE = "people"
    POSTS = "posts"
    """A page with both its neighbours, as Mastodon's lists of accounts and of posts."""

    @property
    def is_paged(self) -> bool:
        return self in _ANSWERS


@dataclass(frozen=True, slots=True)
class Listed(Generic[GivenT]):
    """A page of a list; `ids` are what it is ordered by."""

    items: Sequence[GivenT]
    paging: Paging
    ids: Sequence[int]


_ANSWERS: Final = {
    Shape.ONWARD: answer_onward,
    Shape.PEOPLE: answer_people,
    Shape.POSTS: answer_page,
}
Given: TypeAlias = GivenT | Sequence[GivenT] | Listed[GivenT]


class OwnRoute(ApiRoute, Generic[SentT, GivenT]):
    """`asked` is method and path; `says` is a sentence for those who write programs."""

    def __init__(
        self,
        asked: str,
        handler: Callable[[Call, SentT], Awaitable[Given[GivenT]]],
        access: Access,
        *,
        takes: type[SentT],
        gives: type[GivenT],
        shape: Shape = Shape.ONE,
        says: str,
    ) -> None:
        self.takes, self.gives, self.shape, self.says = takes, gives, shape, says
        self.method, _, path = asked.partition(" ")

        async def carry_out(call: Call) -> Response:
            return _written(call, await handler(call, call.read(takes)), shape)

        super().__init__(self.method, f"{ROOT}{path}", carry_out, access)


def _written(call: Call, found: Given[GivenT], shape: Shape) -> Response:
    if isinstance(found, Listed):
        return _ANSWERS[shape](call, list(found.items), found.paging, found.ids)
    return answer(found)


def as_sent(error: Invalid, names: Mapping[str, str]) -> Invalid:
    """The same complaints by the names under which programs send what they are about."""
    told = {names.get(name, name): code for name, code in error.fields.items()}
    return Invalid(told, log=error.log, **error.params)
