"""The same first day without a screen, quickly: on SQLite in one process, on PostgreSQL with two
workers, one of which is killed on the way."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import httpx2
import pytest
import sqlalchemy as sa

from tests.journeys import steps
from tests.journeys.days import days_later
from tests.journeys.mailbox import Mailroom
from tests.rig import processes
from tests.rig.live import LivePlace
from tests.rig.migrating import engine_of
from tests.rig.pages import forms_of, submit

pytestmark = pytest.mark.anyio

CHLOE = "chloe@example.org"


async def test_a_first_day_without_a_screen(new_live: Callable[..., LivePlace]) -> None:
    place = new_live(JOB_LEASE_SECONDS="2")
    has_workers = not place.database_url.startswith("sqlite")
    victim, _ = (place.hire(), place.hire()) if has_workers else (None, None)
    post = Mailroom(place.folder / "data" / "mail")
    async with a_browser(place) as marie, a_browser(place) as chloe, a_browser(place) as tablet:
        invitation = await founds_the_place(marie)
        await signs_up(chloe, invitation)
        if victim is not None:
            processes.kill(victim)
            place.workers.remove(victim)
        page = await submit(chloe, (await post.next(CHLOE)).link)
        assert page.headers["location"] == "/join/waiting"
        await lets_in(marie)
        await post.next(CHLOE)

        await submit(chloe, "/sign-in", login=CHLOE, how="link")
        assert (await chloe.get((await post.next(CHLOE)).link)).headers["location"] == "/"
        await submit(tablet, "/sign-in", login="@chloe", how="link")
        await submit(tablet, "/sign-in/code", code=(await post.next(CHLOE)).digits)
        assert "Hello Chloé" in (await tablet.get("/")).text

        await submit(tablet, "/preferences", language="th", theme="dark")
        assert 'lang="th"' in (await chloe.get("/")).text
        await submit(tablet, "/settings/leave", sure="yes")
        assert (await days_later(place, 8))["leaving_accounts"] == 1
        assert (await chloe.get("/settings")).headers["location"].startswith("/sign-in")
        assert not traces_of(place, CHLOE, "Chloé", steps.REASON)
        assert not (await marie.get("/admin/jobs")).text.count("/discard")


@asynccontextmanager
async def a_browser(place: LivePlace) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(
        base_url=place.url, headers={"Accept-Language": "en"}, timeout=60
    ) as browser:
        yield browser


async def founds_the_place(marie: httpx2.AsyncClient) -> str:
    """The path of the first invitation."""
    answers: Mapping[str, Mapping[str, str]] = {
        "language": {"language": "en"},
        "association": {"name": steps.PLACE, "contact_email": "contact@issy.example"},
        "admin": {
            "name": "Marie",
            "handle": "marie",
            "email": "marie@example.org",
            "password": steps.PASSWORD,
        },
        "joining": {"asks_reason": "yes"},
        "neighbours": {"mode": "allies"},
    }
    for step, given in answers.items():
        page = await submit(marie, f"/setup/{step}", given)
        assert page.status_code == 303, page.text
    gaps = next(form for form in forms_of((await marie.get("/setup/legal")).text) if form.answers)
    names = [name for name in gaps.names if name.startswith("gap-")]
    await submit(
        marie, "/setup/legal", dict.fromkeys(names, "Parents d'Issy, 1 place de la Mairie")
    )
    page = await submit(marie, "/setup/mail", action="finish")
    assert page.headers["location"] == "/setup/done"
    page = await marie.get((await submit(marie, "/invites/new", label="École")).headers["location"])
    found = re.search(r"/join/[a-z0-9]+", page.text)
    assert found
    return found.group()


async def signs_up(chloe: httpx2.AsyncClient, invitation: str) -> None:
    door = await chloe.get(invitation)
    page = await chloe.get(re.findall(r'href="(/join/new[^"]*)"', door.text)[0])
    for answers in (
        {"email": CHLOE, "birth_year": steps.YEAR},
        {"name": "Chloé"},
        {"place": "92130"},
        {"reason": steps.REASON, "rules": "yes", "privacy": "yes"},
    ):
        page = await submit(chloe, page, answers)
    assert page.headers["location"] == "/join/mail"


async def lets_in(marie: httpx2.AsyncClient) -> None:
    queue = await marie.get("/admin/requests")
    assert steps.REASON in queue.text
    page = await submit(marie, queue)
    assert "Chloé can come in now" in (await marie.get(page.headers["location"])).text


def traces_of(place: LivePlace, *words: str) -> list[str]:
    """Where in the whole database one of these words still stands."""
    found = []
    with engine_of(place.database_url) as engine, engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        for table in set(tables) - {"place", "place_key"}:  # the communes of France
            rows = connection.execute(sa.select(sa.text("*")).select_from(sa.table(table)))
            found += [f"{table}: {row}" for row in rows if any(word in str(row) for word in words)]
    return found
