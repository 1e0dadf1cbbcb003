"""What is new while a page is open: over real connections, and over whichever bus there is."""

import asyncio
from contextlib import AsyncExitStack

import httpx2
import pytest

from tests.journeys.telling import opened, telling
from tests.rig.pages import submit
from web.live import MOST_FOR_ONE

pytestmark = pytest.mark.anyio


async def test_an_open_page_hears_of_what_is_new(shared_live):
    async with telling(shared_live) as town, opened(town.marie) as stream:
        assert stream.answer.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in stream.answer.headers
        first = await stream.next()
        assert (first["new"], first["label"]) == (0, "Notifications")
        await town.asks("ana")
        news = await stream.next()
        assert news["new"] == 1
        assert news["newest"] > first["newest"]
        assert news["offer"] == "One new notification"
        # Not a word of what it is: the page that is opened then asks what its reader may see.
        assert "Ana" not in str(news)
        await town.marie.browser.get("/notifications")
        await town.asks("bao")
        assert (await stream.next())["new"] == 1


async def test_whoever_is_signed_out_hears_nothing_more(shared_live):
    async with telling(shared_live) as town, opened(town.marie) as stream:
        await stream.next()
        signed_out = await submit(town.marie.browser, "/sign-out")
        assert signed_out.status_code == 303
        await town.asks("ana")
        await stream.ends()


async def test_others_hear_nothing_of_it(shared_live):
    async with telling(shared_live) as town:
        ana = await town.comes("ana")
        async with opened(ana) as stream:
            await stream.next()
            await town.asks("bao")
            with pytest.raises(TimeoutError):
                await stream.next(seconds=2)


async def test_visitors_and_too_many_pages_are_sent_home(shared_live):
    async with telling(shared_live) as town, AsyncExitStack() as stack:
        async with httpx2.AsyncClient(base_url=shared_live.url) as visitor:
            assert (await visitor.get("/events")).status_code == 204
        pages = [await stack.enter_async_context(opened(town.marie)) for _ in range(MOST_FOR_ONE)]
        assert [(await page.next())["new"] for page in pages] == [0] * MOST_FOR_ONE
        assert (await town.marie.browser.get("/events")).status_code == 204
        await stack.aclose()  # whoever goes makes room
        async with asyncio.timeout(30):
            while await status(town.marie) != 200:  # noqa: ASYNC110 - asked anew each time
                await asyncio.sleep(0.1)


async def status(person):
    async with opened(person) as stream:
        return stream.answer.status_code


async def test_a_server_that_ends_lets_open_pages_go(live):
    async with telling(live) as town, opened(town.marie) as stream:
        await stream.next()
        stopping = asyncio.create_task(asyncio.to_thread(live.stop))
        await stream.ends()
        assert await stopping == 0
    assert "timeout graceful shutdown exceeded" not in live.log
