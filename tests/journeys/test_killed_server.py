"""kill -9 under a server that people use: what was accepted is mailed, and mailed once."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from email.message import EmailMessage

import httpx2
import pytest

from tests.journeys import steps
from tests.journeys.mailbox import Mailroom
from tests.journeys.rooms import database_of, opens
from tests.rig.builders import an_account
from tests.rig.live import LivePlace
from tests.rig.pages import fill_in

pytestmark = pytest.mark.anyio

PEOPLE = 30
NEWCOMERS = 10  # as many as the invitation is for
KILLS = 4
SECONDS = 5.0
MOST_PATIENT = 120.0


async def test_what_was_accepted_is_mailed_once(new_live: Callable[..., LivePlace]) -> None:
    place = new_live(JOB_LEASE_SECONDS="2")
    if not place.database_url.startswith("sqlite"):
        place.hire()
    invitation = (await opens(place)).removeprefix(f"{place.url}/join/")
    async with database_of(place) as db:
        for number in range(PEOPLE - NEWCOMERS):
            await an_account(db, f"member{number}")
    moments = random.Random(9)  # noqa: S311 - it only chooses when things happen
    people = [
        comes_by(place, number, invitation, moments.uniform(0, SECONDS)) for number in range(PEOPLE)
    ]
    killing = asyncio.create_task(kills(place, moments))
    expected = await asyncio.gather(*people)
    await killing
    sent = await mails_to(place, expected)
    assert Counter(str(mail["To"]) for mail in sent) == Counter(expected)
    assert len({mail["Message-ID"] for mail in sent}) == len(sent)


async def kills(place: LivePlace, moments: random.Random) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(moments.uniform(0.2, SECONDS / KILLS))
        place.kill()
        await asyncio.to_thread(place.start)


async def comes_by(place: LivePlace, number: int, invitation: str, after: float) -> str:
    """A member who wants a link, or somebody new; whose mailbox gets a mail for it."""
    await asyncio.sleep(after)
    async with httpx2.AsyncClient(base_url=place.url) as browser:
        if number < PEOPLE - NEWCOMERS:
            await sends(browser, await opened(browser, "/sign-in"), login=f"member{number}")
            return f"member{number}@example.org"
        email = f"newcomer{number}@example.org"
        page = await opened(browser, f"/join/new?invite={invitation}")
        page = await sends(browser, page, email=email, birth_year=steps.YEAR)
        page = await sends(browser, page, name=f"Newcomer {number}")
        page = await sends(browser, page, place="92130")
        await sends(browser, page, rules="yes", privacy="yes")
        return email


async def opened(browser: httpx2.AsyncClient, path: str) -> httpx2.Response:
    return await patiently(lambda: browser.get(path))


async def sends(
    browser: httpx2.AsyncClient, page: httpx2.Response, **answers: str
) -> httpx2.Response:
    """Whoever gets no answer sends the same form again, as browsers offer."""
    form = fill_in(page, answers)
    return await patiently(lambda: form.send(browser))


async def patiently(ask: Callable[[], Awaitable[httpx2.Response]]) -> httpx2.Response:
    async with asyncio.timeout(MOST_PATIENT):
        while True:
            try:
                answer = await ask()
            except httpx2.TransportError:
                await asyncio.sleep(0.1)
            else:
                assert answer.status_code in {200, 303}, answer.text
                return answer


async def mails_to(place: LivePlace, expected: list[str]) -> list[EmailMessage]:
    """All mails once everybody has theirs, and a moment later."""
    room = Mailroom(place.folder / "data" / "mail")
    give_up = time.monotonic() + MOST_PATIENT
    while missing := set(expected) - {str(mail["To"]) for mail in room.mails()}:
        assert time.monotonic() < give_up, f"no mail to {sorted(missing)}"
        await asyncio.sleep(0.1)
    await asyncio.sleep(2.5)  # longer than a lease: whoever wanted to send again has done so
    return room.mails()
