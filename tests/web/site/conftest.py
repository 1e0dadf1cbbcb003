"""More browsers than one in front of a place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx2
import pytest

from web.app import create_app
from web.runtime import Runtime


@pytest.fixture
async def new_visitor(
    place: Runtime,
) -> AsyncIterator[Callable[[], Awaitable[httpx2.AsyncClient]]]:
    """Makes browsers that know nothing of each other and read English."""
    app = create_app(place)
    async with AsyncExitStack() as open_browsers:

        async def make() -> httpx2.AsyncClient:
            browser = httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app, client=("127.0.0.1", 50_001)),
                base_url=place.settings.base_url,
                headers={"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"},
            )
            return await open_browsers.enter_async_context(browser)

        yield make
