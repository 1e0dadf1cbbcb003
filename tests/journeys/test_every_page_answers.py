"""Every page, by everybody who may see it, on PostgreSQL.

In a browser `test_every_page.py` looks at them on SQLite; here they have to be there, no more.
"""

from __future__ import annotations

import httpx2
import pytest

from tests.journeys.pages import ROLES
from tests.journeys.town import builds_town
from tests.rig.live import LivePlace
from web.site import DEVELOPMENT_ROUTES, ROUTES
from web.urls import Urls

pytestmark = [pytest.mark.anyio, pytest.mark.postgres_only]


async def test_every_page_answers(live: LivePlace) -> None:
    town = await builds_town(live)
    urls = Urls((*ROUTES, *DEVELOPMENT_ROUTES), live.url)
    problems = []
    for who, sights in ROLES.items():
        async with httpx2.AsyncClient(base_url=live.url, timeout=60) as browser:
            # A name without a dot is one of the local network to those who keep cookies.
            if token := town.sessions.get(who):
                browser.cookies.set(town.cookies.session, token, domain="localhost.local")
            for sight in sights:
                path = urls.path(sight.route, **town.params_of(sight))
                answer = await browser.get(path)
                if answer.status_code != sight.status:
                    problems.append(f"{path} as {who}: {answer.status_code}, not {sight.status}")
    assert not problems, "\n".join(problems)
