"""Whoever looks after a town hears what another one says of being twins, by bell and by mail; its
members read of a new twin when they come home."""

import itertools
from datetime import timedelta

import pytest
from sqlmodel import delete

from federation.models import Town
from federation.twinning import (
    accept_twinning,
    decline_twinning,
    end_twinning,
    offer_twinning,
)
from fedparents.accounts.models import Account, Role
from fedparents.authority import OPERATOR
from fedparents.notifications.kinds import Kind
from fedparents.notifications.models import NotificationReader
from fedparents.notifications.queries import count_new, lines_of, list_notifications
from tests.rig.fediverse import settle
from tests.rig.mailbox import mails_to, words_of
from tests.rig.visitors import a_browser
from web.notifications.sayings import say

NUMBERS = itertools.count()
NAME = "Parents d'Issy"
"""What both towns call themselves."""


async def does(here, what, there):
    await here.place.db.write(what, here.url, there.domain, by=OPERATOR)


async def somebody(town, role=Role.ADMIN):
    """Who is awake at any hour."""
    viewer = await town.somebody(f"told_{next(NUMBERS)}")

    def promote(uow):
        account = uow.session.get_one(Account, viewer.account_id)
        account.role = role
        uow.session.add(account)
        awake = NotificationReader(account_id=viewer.account_id, quiet_begin=0, quiet_end=0)
        uow.session.add(awake)

    await town.place.db.write(promote)
    return viewer


async def heard(town, viewer):
    """What stands behind the bell, the newest first, and how much of it is new."""

    def read(session):
        views = list_notifications(session, viewer)
        lines = [say(line) for line in lines_of(views) if line.newest.kind == Kind.TOWN]
        return lines, count_new(session, viewer)

    return await town.place.db.read(read)


async def mailed(town, viewer):
    return [words_of(mail) for mail in await mails_to(town.place, viewer.email)]


@pytest.fixture
async def strangers(towns):
    for town in towns:
        await town.place.db.write(lambda uow: uow.session.exec(delete(Town)))
    annecy, rumilly = towns
    await annecy.place.towns.neighbours.look_at(rumilly.domain)
    return annecy, rumilly


async def test_who_is_asked_hears_of_it_and_who_has_asked_of_the_answer(strangers):
    annecy, rumilly = strangers
    asks, asked = await somebody(annecy), await somebody(rumilly)
    moderator = await somebody(rumilly, Role.MODERATOR)
    await does(annecy, offer_twinning, rumilly)
    await settle(*strangers)
    assert await heard(rumilly, asked) == ([f"{NAME} would like to be your twin"], 1)
    assert await heard(rumilly, moderator) == ([], 0)
    assert await heard(annecy, asks) == ([], 0)
    (mail,) = await mailed(rumilly, asked)
    assert f"{NAME} vous propose un jumelage" in mail
    assert f"{rumilly.url}/admin/towns" in mail
    await does(rumilly, accept_twinning, annecy)
    await settle(*strangers)
    assert await heard(rumilly, asked) == ([], 0)  # it waits for nobody any more
    assert await heard(annecy, asks) == ([f"You are twins with {NAME} now"], 1)
    await does(rumilly, end_twinning, annecy)
    await settle(*strangers)
    assert (await heard(annecy, asks))[0] == [f"{NAME} has ended being twins with you"]
    assert "fin à votre jumelage" in (await mailed(annecy, asks))[0]


async def test_a_no_is_told_and_what_is_taken_back_asks_nobody(strangers):
    annecy, rumilly = strangers
    asks, asked = await somebody(annecy), await somebody(rumilly)
    for turn in (1, 2):  # the second time is another one
        await does(annecy, offer_twinning, rumilly)
        await settle(*strangers)
        assert (await heard(rumilly, asked))[1] == 1
        await does(rumilly, decline_twinning, annecy)
        await settle(*strangers)
        assert await heard(annecy, asks) == ([f"{NAME} would rather not be your twin"], 1)
        assert len(await mailed(annecy, asks)) == turn
    await does(annecy, offer_twinning, rumilly)
    await settle(*strangers)
    await does(annecy, end_twinning, rumilly)
    await settle(*strangers)
    assert await heard(rumilly, asked) == ([], 0)


async def test_who_looks_after_the_place_no_more_reads_nothing_of_it(strangers):
    annecy, rumilly = strangers
    asked = await somebody(rumilly)
    await does(annecy, offer_twinning, rumilly)
    await settle(*strangers)

    def leave_office(uow):
        account = uow.session.get_one(Account, asked.account_id)
        account.role = Role.MEMBER
        uow.session.add(account)

    await rumilly.place.db.write(leave_office)
    assert await heard(rumilly, asked) == ([], 0)


async def test_members_read_of_a_new_twin_at_home_for_two_weeks(strangers, clock):
    annecy, rumilly = strangers
    member = await somebody(rumilly, Role.MEMBER)

    def account(session):
        return session.get_one(Account, member.account_id)

    async with a_browser(rumilly.place, account=await rumilly.place.db.read(account)) as browser:
        assert "A new twin town" not in (await browser.get("/")).text
        await does(annecy, offer_twinning, rumilly)
        await settle(*strangers)
        assert "A new twin town" not in (await browser.get("/")).text
        await does(rumilly, accept_twinning, annecy)
        assert "A new twin town" in (await browser.get("/")).text
        clock.advance(timedelta(days=13))
        assert "A new twin town" in (await browser.get("/")).text
        assert await heard(rumilly, member) == ([], 0)
        clock.advance(timedelta(days=2))
        assert "A new twin town" not in (await browser.get("/")).text
