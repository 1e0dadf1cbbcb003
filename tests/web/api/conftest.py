"""Programs in front of a place, with tokens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from fedparents.accounts.models import Account, Role
from fedparents.applications.models import AccessToken
from fedparents.applications.scopes import parse_scopes
from fedparents.applications.tokens import create_token
from fedparents.authority import OPERATOR
from fedparents.db import UnitOfWork
from tests.rig.builders import an_account
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

    def issue(uow: UnitOfWork) -> tuple[AccessToken, str]:
        again = uow.session.get_one(Account, account.id)
        return create_token(uow, again, parse_scopes(scopes), label="a test", by=OPERATOR)

    _, text = await place.db.write(issue)
    return {"Authorization": f"Bearer {text}"}
