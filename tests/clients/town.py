"""The town that the suites are at home in: people they know by name, and tokens of these people.

Tokens are got as apps get them: by a registered app, a person's yes in a browser, and a code.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2

from fedparents.accounts.models import Account, Role
from fedparents.db import Database, UnitOfWork
from fedparents.instance.models import Registrations
from tests.journeys.days import settings_of
from tests.rig.builders import an_account, open_the_doors
from tests.rig.databases import Databases
from tests.rig.live import LivePlace, free_port
from tests.rig.pages import submit
from tests.rig.visitors import open_one
from web.auth.cookies import CookieNames
from web.cli.place import open_place

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
MEMBER: Final = "read write follow push"
ADMIN: Final = f"{MEMBER} admin:read admin:write"
_AS_MANY_AS_COME: Final = 10_000


@asynccontextmanager
async def a_town(databases: Databases, folder: Path) -> AsyncIterator[LivePlace]:
    """A place that really runs and takes whoever comes."""
    place = LivePlace(folder, databases.fresh(), free_port())
    place.start()
    try:
        settings = settings_of(place)
        if not settings.uses_sqlite:
            place.hire()
        async with open_place(settings) as db:
            await db.write(_open_wide, settings.domain)
        yield place
    finally:
        place.close()
        databases.give_back(place.database_url)


def _open_wide(uow: UnitOfWork, domain: str) -> None:
    instance = open_the_doors(uow, domain=domain, registrations=Registrations.OPEN)
    instance.asks_reason = False
    instance.approvals_a_day = instance.waiting_at_most = _AS_MANY_AS_COME


async def names_of_mastodon_py(place: LivePlace) -> dict[str, str]:
    """What its tests call by name, and what that is here. `admin` may be nobody's name here."""
    async with open_place(settings_of(place)) as db:
        owner = await an_account(db, "admin1", role=Role.ADMIN, language="en")
        other = await an_account(db, "admin2", role=Role.ADMIN, language="en")
        first = await an_account(db, "mastodonpy_test", language="en")
        second = await an_account(db, "mastodonpy_test_2", language="en")
        app = await _register(place, "Mastodon.py test suite", ADMIN)
        tokens = {
            "__MASTODON_PY_TEST_ACCESS_TOKEN": await _sign_in(place, db, first, app, MEMBER),
            "__MASTODON_PY_TEST_ACCESS_TOKEN_2": await _sign_in(place, db, owner, app, ADMIN),
            "__MASTODON_PY_TEST_ACCESS_TOKEN_3": await _sign_in(place, db, second, app, MEMBER),
        }
        token_of_other = await _sign_in(place, db, other, app, MEMBER)
    # As its own preparations have them; people here begin more reserved.
    wide = {"discoverable": "true", "indexable": "true", "source[privacy]": "public"}
    await _set(place, token_of_other, wide | {"locked": "false"})
    for name, token in tokens.items():
        is_first = name == "__MASTODON_PY_TEST_ACCESS_TOKEN"
        await _set(place, token, wide | {"locked": str(is_first).lower()})
    return tokens | {
        "localhost:3000": f"localhost:{place.port}",
        "__MASTODON_PY_TEST_CLIENT_ID": app["client_id"],
        "__MASTODON_PY_TEST_CLIENT_SECRET": app["client_secret"],
        '"@admin ': '"@admin1 ',
    }


async def _register(place: LivePlace, name: str, scopes: str) -> dict[str, Any]:
    asked = {"client_name": name, "redirect_uris": OUT_OF_BAND, "scopes": scopes}
    return await _post(place, "/api/v1/apps", asked)


async def _sign_in(
    place: LivePlace, db: Database, account: Account, app: dict[str, Any], scopes: str
) -> str:
    """The token that somebody's yes becomes."""
    settings = settings_of(place)
    session = await db.write(open_one, account.id)
    same = {"client_id": app["client_id"], "redirect_uri": OUT_OF_BAND}
    query = urlencode(same | {"response_type": "code", "scope": scopes})
    headers = {"Sec-Fetch-Site": "same-origin"}
    async with httpx2.AsyncClient(base_url=place.url, headers=headers) as browser:
        # Cookie jars write a name without a dot in a way of their own.
        browser.cookies.set(CookieNames.of(settings).session, session, domain="localhost.local")
        page = await browser.get(f"/oauth/authorize?{query}")
        told = await submit(browser, page, {"answer": "allow"})
    code = parse_qs(urlsplit(told.headers["location"]).query)["code"][0]
    claim = {"grant_type": "authorization_code", "code": code, **same}
    got = await _post(place, "/oauth/token", claim | {"client_secret": app["client_secret"]})
    token: str = got["access_token"]
    return token


async def _set(place: LivePlace, token: str, settings: dict[str, str]) -> None:
    async with httpx2.AsyncClient(base_url=place.url) as app:
        headers = {"Authorization": f"Bearer {token}"}
        path = "/api/v1/accounts/update_credentials"
        (await app.patch(path, data=settings, headers=headers)).raise_for_status()


async def _post(place: LivePlace, path: str, sent: dict[str, str]) -> dict[str, Any]:
    async with httpx2.AsyncClient(base_url=place.url) as app:
        answer = await app.post(path, data=sent)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told
