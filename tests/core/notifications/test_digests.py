"""The digests: once a day, what could wait and was not seen; never twice, never against a wish."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fedparents.notifications.channels import Choice
from fedparents.notifications.choosing import change_choices, stop_digest
from fedparents.notifications.digests import find_digest, finish_digest, plan_digests
from fedparents.notifications.facts import DigestDue
from fedparents.notifications.kinds import Kind, Mail
from fedparents.notifications.models import NotificationReader
from fedparents.notifications.occasions import on_follow_requested
from fedparents.social.facts import FollowRequested
from fedparents.social.follows import follow_actor
from tests.core.notifications.conftest import DAY, World, at
from tests.rig.builders import a_viewer

pytestmark = pytest.mark.anyio

TODAY = DAY.date()


async def asked(world: World, handle: str) -> None:
    """Somebody asks to follow Marie: she hears of it in the morning."""
    viewer = await a_viewer(world.db, handle)
    await world.db.write(follow_actor, viewer, world.marie.actor_id)
    fact = FollowRequested(viewer.actor_id, world.marie.actor_id)
    await world.db.write(on_follow_requested, fact)


async def planned(world: World) -> list[DigestDue]:
    after: int | None = 0
    while after is not None:
        after = await world.db.write(plan_digests, after)
    found = [fact for fact in world.facts if isinstance(fact, DigestDue)]
    world.facts.clear()
    return found


async def found(world: World, which: Mail = Mail.DAILY, on: date = TODAY) -> list[Kind]:
    def look(session):
        from fedparents import clock  # the stopped one

        return find_digest(session, world.marie.account_id, which, on, now=clock.now())

    return [view.kind for view in await world.db.read(look)]


async def test_in_the_hour_of_digests_and_in_no_other(world, clock):
    clock.set(at(5))
    await asked(world, "ana")
    assert await planned(world) == []
    clock.set(at(7, 10))
    due = DigestDue(world.marie.account_id, "daily", TODAY.isoformat())
    assert await planned(world) == [due]
    clock.set(at(8))
    assert await planned(world) == []


async def test_what_was_sent_is_not_sent_again(world, clock):
    clock.set(at(5))
    await asked(world, "ana")
    clock.set(at(7, 10))
    assert await found(world) == [Kind.FOLLOW_REQUEST]
    await world.db.write(finish_digest, world.marie.account_id, Mail.DAILY, TODAY)
    assert await found(world) == []
    assert await planned(world) == []
    clock.set(at(24 + 7, 10))
    tomorrow = TODAY + timedelta(days=1)
    assert await found(world, on=tomorrow) == []  # Ana was in yesterday's
    await asked(world, "bao")
    assert len(await found(world, on=tomorrow)) == 1


async def test_whoever_wants_none_gets_none(world, clock):
    clock.set(at(7, 5))
    await asked(world, "ana")
    await world.db.write(stop_digest, world.marie.account_id, Mail.DAILY)
    assert await planned(world) == []
    assert await found(world) == []


async def test_a_kind_that_was_turned_off_is_left_out_at_the_last_moment(world, clock):
    clock.set(at(7, 5))
    await asked(world, "ana")
    assert len(await planned(world)) == 1
    never = Choice(mail=Mail.NEVER)
    await world.db.write(change_choices, world.marie, {Kind.FOLLOW_REQUEST: never})
    assert await found(world) == []


async def test_once_a_week_on_the_day_that_was_chosen(world, clock):
    clock.set(at(7, 5))
    await asked(world, "ana")

    def choose(uow):
        uow.session.merge(
            NotificationReader(account_id=world.marie.account_id, weekday=TODAY.weekday())
        )

    await world.db.write(choose)
    weekly = Choice(mail=Mail.WEEKLY)
    await world.db.write(change_choices, world.marie, {Kind.FOLLOW_REQUEST: weekly})
    assert {fact.which for fact in await planned(world)} == {"daily", "weekly"}
    assert await found(world) == []
    assert await found(world, Mail.WEEKLY) == [Kind.FOLLOW_REQUEST]
    assert await found(world, Mail.WEEKLY, TODAY + timedelta(days=1)) == []


async def test_what_was_missed_for_days_does_not_pile_up(world, clock):
    clock.set(at(7, 5))
    await asked(world, "ana")
    clock.set(at(24 * 3 + 7, 5))
    assert await found(world, on=TODAY + timedelta(days=3)) == []
