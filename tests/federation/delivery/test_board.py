"""What those who look after the place see of deliveries, and what an author sees."""

import pytest

from federation.delivery.board import call_again, find_reach, read_board
from federation.delivery.models import Trouble
from fedparents.accounts.models import Role
from fedparents.errors import NotFound
from tests.rig.builders import a_viewer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def jeanne(place):
    return await a_viewer(place.db, "jeanne", role=Role.ADMIN)


async def board(place, viewer, clock):
    return await place.db.read(read_board, by=viewer, now=clock())


async def test_a_silent_town_is_on_the_board_with_its_reason(place, jeanne, clock):
    await place.followed_from(1, 2, 3, 4)
    place.towns.town(2).status = 503
    place.towns.town(3).status = 403
    post = await place.says("Bonjour")
    await place.works()
    found = await board(place, jeanne, clock)
    assert found.well == 2
    assert found.failing == 1
    silent, refusing = found.towns
    assert (silent.name, silent.waiting) == (place.towns.name(2), 1)
    assert (silent.trouble, silent.status) == (Trouble.FAILING, 503)
    assert silent.next_at > clock()
    assert (refusing.name, refusing.waiting, refusing.trouble) == (
        place.towns.name(3),
        0,
        Trouble.REFUSED,
    )
    reach = await place.db.read(find_reach, post.id)
    assert (reach.towns, reach.reached) == (4, 2)
    assert (reach.waiting, reach.given_up) == ([place.towns.name(2)], [place.towns.name(3)])


async def test_a_town_is_asleep_after_a_week(place, jeanne, clock):
    await place.followed_from(1)
    place.towns.town(1).status = 502
    for _ in range(20):
        await place.says(f"Toujours là {_}")
        await place.works()
        clock.advance(hours=12)
    [town] = (await board(place, jeanne, clock)).towns
    assert town.is_asleep
    assert (town.failing_since - clock()).days == -10


async def test_trying_again_calls_at_once(place, jeanne, clock):
    await place.followed_from(1)
    place.towns.town(1).status = 502
    await place.says("Allô")
    await place.works()
    place.towns.town(1).status = 202
    await place.works()
    assert place.towns.taken == []
    host = await place.host(1)
    await place.db.write(call_again, host.id, by=jeanne)
    await place.works()
    assert len(place.towns.taken) == 1
    assert (await board(place, jeanne, clock)).failing == 0
    with pytest.raises(NotFound):
        await place.db.write(call_again, host.id, by=jeanne)


async def test_the_board_is_for_administrators(place, clock):
    with pytest.raises(NotFound):
        await board(place, place.ana, clock)
    with pytest.raises(NotFound):
        await place.db.write(call_again, 1, by=place.ana)


async def test_what_went_nowhere_has_no_reach(place):
    post = await place.says("Personne ne me suit")
    await place.works()
    assert await place.db.read(find_reach, post.id) is None
