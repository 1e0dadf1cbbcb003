"""Strangers can keep nobody out, whatever they use up, and gain nothing by many addresses."""

from contextlib import asynccontextmanager

import httpx2
import pytest

from fedparents.accounts.links import MOST_WRONG_A_DAY
from fedparents.accounts.tokens import digest
from tests.rig.builders import an_account, list_links, signed_in
from tests.rig.mailbox import link_in, newest_to
from tests.rig.pages import submit
from web.app import create_app
from web.auth.passwords import hash_password
from web.security.addresses import neighbourhood, parse_address, wider_neighbourhood
from web.security.limits import POLICIES

PASSWORD = "le vélo rouge de Bao"


@pytest.fixture
def probe_settings(settings):
    return settings.model_copy(update={"rate_limits": "on"})


@asynccontextmanager
async def browser_at(place, address):
    transport = httpx2.ASGITransport(create_app(place), client=(address, 50_000))
    async with httpx2.AsyncClient(
        transport=transport,
        base_url=place.settings.base_url,
        headers={"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"},
    ) as browser:
        yield browser


async def try_password(browser, password, times=1):
    page = await browser.get("/sign-in/password")
    answers = [await submit(browser, page, login="ana", password=password) for _ in range(times)]
    return [answer.status_code for answer in answers]


async def ask_for_mail(browser, times=1):
    answers = [await submit(browser, "/sign-in", login="ana", how="link") for _ in range(times)]
    return [answer.status_code for answer in answers]


@pytest.fixture
async def ana(place):
    return await an_account(place.db, "ana", password_hash=hash_password(PASSWORD))


async def test_one_stranger_keeps_nobody_out(place, ana):
    async with browser_at(place, "198.51.100.1") as stranger:
        assert 429 in await try_password(stranger, "wrong password", 70)
        assert 429 in await ask_for_mail(stranger, 45)
    async with browser_at(place, "192.0.2.1") as own:
        assert await ask_for_mail(own) == [303]
        assert await try_password(own, PASSWORD) == [303]


async def test_many_strangers_do_not_keep_a_known_browser_out(place, ana):
    async with browser_at(place, "192.0.2.1") as own:
        await own.get("/sign-in")
        await signed_in(place.db, ana, browser=digest(own.cookies[place.cookies.browser]))
        for number in range(6):
            async with browser_at(place, f"198.51.100.{number}") as stranger:
                assert 429 in await try_password(stranger, "wrong password", 11)
                assert 429 in await ask_for_mail(stranger, 6)
        async with browser_at(place, "192.0.2.77") as unknown:
            assert await try_password(unknown, PASSWORD) == [429]
        assert await ask_for_mail(own) == [303]
        assert await try_password(own, PASSWORD) == [303]


async def test_a_street_of_ipv6_lines_is_one_customer(visitor, place):
    times = POLICIES["sign_in"].per_address.times
    statuses = []
    for line in range(9):
        async with browser_at(place, f"2001:db8:7:{line}::1") as browser:
            for number in range(times):
                address = f"/limited?login=parent-{line}-{number}"
                statuses.append((await browser.get(address)).status_code)
    assert statuses[: 8 * times] == [200] * 8 * times
    assert statuses[8 * times :] == [429] * times
    async with browser_at(place, "2001:db8:8::1") as next_door:
        assert (await next_door.get("/limited?login=x")).status_code == 200


@pytest.mark.parametrize(
    ("address", "line", "customer"),
    [
        ("203.0.113.9", "203.0.113.9", None),
        ("::ffff:203.0.113.9", "203.0.113.9", None),
        ("2001:db8:7:1::9", "2001:db8:7:1::/64", "2001:db8:7::/48"),
    ],
)
def test_who_shares_a_limit(address, line, customer):
    parsed = parse_address(address)
    assert parsed is not None
    assert (neighbourhood(parsed), wider_neighbourhood(parsed)) == (line, customer)


async def test_digits_that_strangers_guessed_at_are_said_to_be_over(place, ana):
    async with browser_at(place, "192.0.2.1") as own, browser_at(place, "192.0.2.2") as phone:
        await ask_for_mail(own)
        link = link_in(await newest_to(place, "ana@example.org"), "/sign-in")
        assert "Type these digits there" in (await phone.get(link)).text
        async with browser_at(place, "198.51.100.1") as stranger:
            await ask_for_mail(stranger)
            await place.worker.work_until_idle()
        (*_, theirs) = await place.db.read(list_links)

        def fail(uow):
            uow.session.merge(theirs).failures = MOST_WRONG_A_DAY

        await place.db.write(fail)
        assert "These digits do not work any more" in (await phone.get(link)).text
        assert (await own.get(link)).status_code == 303
