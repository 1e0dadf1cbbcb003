"""Browsers without a screen in front of a place, each of another person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urljoin

import httpx2

from fedparents.accounts.models import Account, Role
from fedparents.accounts.sessions import open_session
from fedparents.db import UnitOfWork
from tests.rig.builders import an_account
from tests.rig.pages import forms_of
from web.app import create_app
from web.runtime import Runtime

NAMES = {Role.MEMBER: "ana", Role.MODERATOR: "bao", Role.ADMIN: "marie"}


@asynccontextmanager
async def a_browser(
    place: Runtime, *, account: Account | None = None, address: str = "127.0.0.1"
) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser that reads English, signed in when there is an account."""
    transport = httpx2.ASGITransport(create_app(place), client=(address, 50_000))
    async with httpx2.AsyncClient(
        transport=transport,
        base_url=place.settings.base_url,
        headers={"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"},
    ) as browser:
        if account is not None:
            token = await place.db.write(open_one, account.id)
            host = place.settings.domain.partition(":")[0]
            # Cookie jars write a name without a dot in a way of their own.
            domain = f".{host}" if "." in host else f"{host}.local"
            browser.cookies.set(place.cookies.session, token, domain=domain)
        yield browser


@asynccontextmanager
async def signed_in_as(
    place: Runtime, role: Role | None, handle: str = ""
) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser of somebody new with this role; None is a visitor."""
    account = await an_account(place.db, handle or NAMES[role], role=role) if role else None
    async with a_browser(place, account=account) as browser:
        yield browser


async def press(
    browser: httpx2.AsyncClient, page: httpx2.Response, action: str, **answers: str
) -> httpx2.Response:
    """Send the form of a page whose address ends like this, as it is shown but for the answers."""
    form = next(form for form in forms_of(page.text) if form.action.endswith(action))
    fields = form.answers | {name: [value] for name, value in answers.items()}
    return await browser.post(urljoin(str(page.url), form.action), data=fields)


def open_one(uow: UnitOfWork, account_id: int) -> str:
    """A session of somebody: the token for its cookie."""
    account = uow.session.get_one(Account, account_id)
    return open_session(uow, account, browser="a-browser", device="Firefox, Linux")
