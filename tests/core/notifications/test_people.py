"""What people tell each other by following, and what blocking and muting take away of it."""

import pytest

from fedparents.groups.facts import JoinRequested
from fedparents.notifications.kinds import Kind
from fedparents.notifications.occasions import (
    on_blocked,
    on_follow_requested,
    on_followed,
    on_join_requested,
)
from fedparents.notifications.queries import count_new, list_notifications
from fedparents.social.facts import Blocked, Followed, FollowRequested
from fedparents.social.follows import accept_follow, follow_actor, unfollow_actor
from fedparents.social.service import block_actor, mute_actor, unblock_actor
from tests.core.notifications.conftest import at
from tests.rig.builders import a_device, a_viewer

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("noon")]
OCCASIONS = {
    FollowRequested: on_follow_requested,
    Followed: on_followed,
    Blocked: on_blocked,
}


async def work(world):
    """What the worker does with the facts so far; everybody who was told."""
    facts, world.facts[:] = list(world.facts), []
    told = []
    for fact in facts:
        if occasion := OCCASIONS.get(type(fact)):
            told += await world.db.write(occasion, fact)
    return told


async def sees(world, viewer):
    return [
        (each.kind, each.actor_name) for each in await world.db.read(list_notifications, viewer)
    ]


async def test_who_is_asked_is_told_until_they_have_answered(world):
    ana = await a_viewer(world.db, "ana")
    await world.db.write(follow_actor, ana, world.marie.actor_id)
    assert await work(world) == [world.marie.account_id]
    assert await sees(world, world.marie) == [(Kind.FOLLOW_REQUEST, "Ana")]
    await world.db.write(accept_follow, world.marie, ana.actor_id)
    assert await work(world) == [ana.account_id]
    assert await sees(world, world.marie) == []
    assert await sees(world, ana) == [(Kind.FOLLOW_ACCEPTED, "Marie")]


async def test_who_takes_it_back_has_asked_nothing(world):
    ana = await a_viewer(world.db, "ana")
    await world.db.write(follow_actor, ana, world.marie.actor_id)
    await world.db.write(unfollow_actor, ana, world.marie.actor_id)
    assert await work(world) == []
    assert await sees(world, world.marie) == []


async def test_blocking_takes_away_what_was_between_the_two(world):
    ana, bao = await a_viewer(world.db, "ana"), await a_viewer(world.db, "bao")
    for person in (ana, bao):
        await world.db.write(follow_actor, person, world.marie.actor_id)
    await work(world)
    await world.db.write(block_actor, world.marie, ana.actor_id)
    assert await sees(world, world.marie) == [(Kind.FOLLOW_REQUEST, "Bao")]
    assert await world.db.read(count_new, world.marie) == 1
    assert set(await work(world)) == {world.marie.account_id, ana.account_id}
    await world.db.write(unblock_actor, world.marie, ana.actor_id)
    assert await sees(world, world.marie) == [(Kind.FOLLOW_REQUEST, "Bao")]


async def test_whom_somebody_has_silenced_tells_them_nothing_also_later(world, clock):
    ana = await a_viewer(world.db, "ana")
    await world.db.write(mute_actor, world.marie, ana.actor_id, until=at(36))
    await world.db.write(follow_actor, ana, world.marie.actor_id)
    assert await work(world) == []
    clock.advance(days=2)
    assert await sees(world, world.marie) == []


async def test_a_block_does_not_stand_between_a_person_and_an_office(world):
    """Whoever looks after a group has to see who asks to join, however they stand to each other."""
    request = await world.asks("ana")
    await world.db.write(block_actor, world.marie, request.actor_id)
    await world.db.write(on_join_requested, JoinRequested(request.id))
    await work(world)
    assert await sees(world, world.marie) == [(Kind.JOIN_REQUEST, "Ana")]


async def test_a_request_to_follow_pushes_but_does_not_mail_at_once(world):
    await a_device(world.db, world.marie)
    ana = await a_viewer(world.db, "ana")
    await world.db.write(follow_actor, ana, world.marie.actor_id)
    await work(world)
    assert len(world.pushed()) == 1
    assert world.mailed() == []
