"""Doing something once, however often it is asked for: by a form's key or a program's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import IntegrityError

from fedparents.db import Database, UnitOfWork
from fedparents.submissions.service import claim_submission, finish_submission

P = ParamSpec("P")
T = TypeVar("T")


async def run_once(
    db: Database,
    key: str,
    where: Callable[[T], str],
    service: Callable[Concatenate[UnitOfWork, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> str:
    """Run a service once for a key; what `where` made of its result, then and ever after."""

    def carry_out(uow: UnitOfWork) -> str:
        earlier = claim_submission(uow, key)
        if earlier is not None:
            return earlier
        location = where(service(uow, *args, **kwargs))
        finish_submission(uow, key, location)
        return location

    try:
        return await db.write(carry_out)
    except IntegrityError:
        # Its twin was committed in between; now it is there to be found.
        return await db.write(carry_out)
