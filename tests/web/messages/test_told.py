"""The bell tells of letters and of strangers, as long as they have not been read."""

import asyncio

import pytest

pytestmark = pytest.mark.anyio

RINGS = "Notifications: 1 new one"


async def test_a_letter_is_on_the_bell_until_its_conversation_is_opened(town):
    sent = await town.write("ana", "bao")
    await town.place.worker.work_until_idle()
    visitor = await town.enter("bao")
    assert RINGS in (await visitor.get("/groups")).text
    page = (await visitor.get("/notifications")).text
    assert "Ana wrote to you" in page
    assert f'href="/messages/{sent.conversation_id}#newest"' in page
    await town.send("ana", sent)
    await town.place.worker.work_until_idle()
    assert RINGS in (await visitor.get("/groups")).text
    opened = await town.open(sent)
    assert RINGS not in opened.text
    assert "Ana wrote to you" not in (await visitor.get("/notifications")).text


async def test_a_stranger_is_on_the_bell_until_they_are_read(town, press):
    sent = await town.write("chloe", "ana")
    await town.place.worker.work_until_idle()
    visitor = await town.enter("ana")
    page = (await visitor.get("/notifications")).text
    assert "Chloe would like to write to you" in page
    page = await press(await town.open(sent), f"/messages/{sent.conversation_id}/accept")
    assert "would like to write" not in (await visitor.get("/notifications")).text
    await town.send("chloe", sent)
    await town.place.worker.work_until_idle()
    assert "Chloe wrote to you" in (await visitor.get("/notifications")).text


async def test_open_pages_hear_that_it_has_been_read(town):
    sent = await town.write("ana", "bao")
    await town.place.worker.work_until_idle()
    await town.enter("bao")
    with town.place.hub.listening(town.accounts["bao"].id) as ear:
        await town.open(sent)
        async with asyncio.timeout(30):
            await ear.wait(60)
