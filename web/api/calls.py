"""One call of a program: who makes it, what was sent, and which page of a list it wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from starlette.requests import Request

from fedparents.accounts.sessions import Viewer
from fedparents.accounts.tokens import digest
from fedparents.applications.tokens import Bearer, OwnBearer
from fedparents.db import UnitOfWork
from fedparents.errors import NotFound, NotSignedIn
from fedparents.paging import Paging
from web.api.addresses import Addresses
from web.api.params import Id, Number, Params, ParamsT, read_params
from web.api.values import Values
from web.once import run_once
from web.routing import read_number
from web.security.limits import use_policy
from web.visit import runtime_of

if TYPE_CHECKING:
    from web.runtime import Runtime

P = ParamSpec("P")
T = TypeVar("T")


class _PageParams(Params):
    limit: Number = None
    max_id: Id = None
    since_id: Id = None
    min_id: Id = None


class _OffsetParams(Params):
    limit: Number = None
    offset: Number = None


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler of the API gets."""

    request: Request
    values: Values
    """All that was sent: the query, and the body over it."""
    bearer: Bearer | None
    """A program that acts for somebody."""
    own_bearer: OwnBearer | None = None
    """A program that acts for nobody."""

    @property
    def runtime(self) -> Runtime:
        return runtime_of(self.request)

    @property
    def addresses(self) -> Addresses:
        return Addresses.of(self.runtime)

    @property
    def viewer(self) -> Viewer:
        """For whom the program acts; raises NotSignedIn where nobody has to be."""
        if self.bearer is None:
            raise NotSignedIn
        return self.bearer.viewer

    def read(self, model: type[ParamsT]) -> ParamsT:
        """Raises ParamMissing and Invalid, which are told as Mastodon does."""
        return read_params(self.values, model)

    def number(self, name: str = "id") -> int:
        """An id from the path; raises NotFound for what can be none."""
        number = read_number(str(self.request.path_params[name]))
        if number is None:
            raise NotFound
        return number

    def text(self, name: str) -> str:
        """A part of the path as it was sent."""
        return str(self.request.path_params[name])

    def paging(self, *, usual: int, most: int, whole: int | None = None) -> Paging:
        """Which page of a list is wanted; whatever is too much is cut, never refused. `whole` is as
        many as there can be, where nought asks for all of them."""
        sent = self.read(_PageParams)
        limit = _limit(sent.limit, usual, most)
        if whole is not None and sent.limit == 0:
            limit = whole
        return Paging(limit, sent.max_id, sent.since_id, sent.min_id)

    def offset(self, *, usual: int, most: int) -> tuple[int, int]:
        """From where, and how many, of a list that is paged by counting."""
        sent = self.read(_OffsetParams)
        return max(sent.offset or 0, 0), _limit(sent.limit, usual, most)

    def count(self, policy: str) -> None:
        """Count one use of a policy of the place; raises LimitReached."""
        use_policy(self.request, policy, self.bearer.viewer.account_id if self.bearer else None)

    async def write_once(
        self,
        number_of: Callable[[T], int],
        service: Callable[Concatenate[UnitOfWork, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> int:
        """Run a service that makes something and get the number of what it made. With an
        `Idempotency-Key` that this account has sent before, it is what was made then."""
        key = self.request.headers.get("idempotency-key", "")
        db = self.runtime.db
        if not key:
            return await db.write(lambda uow: number_of(service(uow, *args, **kwargs)))
        own = digest(f"{self.viewer.account_id} {key}")
        made = await run_once(
            db, own, lambda result: str(number_of(result)), service, *args, **kwargs
        )
        return int(made)


def _limit(sent: int | None, usual: int, most: int) -> int:
    """Nought is as many as usual; a minus is overlooked, as Rails does."""
    return min(abs(sent or usual), most)
