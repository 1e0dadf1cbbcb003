"""Asking others: nobody who is kept out, and for no town without end."""

import asyncio

import pytest
from typing_extensions import override

from federation.errors import PeerBlocked, Rejected, TryLater
from federation.fetching import OF_OTHERS, PICTURES, Budget, Fetcher
from federation.keys import Keyring
from federation.models import Town
from federation.transport import Client
from fedparents.actors.models import Standing
from tests.rig.elsewhere import Elsewhere

HERE, NEAR = "https://annecy.example", "https://rumilly.example"
KEPT_OUT = "https://pictures.evil.example/a.png"


@pytest.fixture
def world():
    return Elsewhere()


@pytest.fixture
def fetcher(bare_db, world):
    keyring = Keyring(bare_db, b"of the tests, thirty-two bytes long")
    return Fetcher(lambda: Client(world, user_agent="annecy"), keyring, HERE, bare_db)


@pytest.fixture
async def kept_out(bare_db):
    town = Town(host="evil.example", standing=Standing.BLOCKED)
    await bare_db.write(lambda uow: uow.session.add(town))


@pytest.mark.usefixtures("kept_out")
async def test_nobody_is_led_to_a_town_that_is_kept_out(fetcher, world):
    world.answer(f"{NEAR}/a.png", 302, headers={"location": "/b.png"})
    world.answer(f"{NEAR}/b.png", 302, headers={"location": KEPT_OUT})
    with pytest.raises(PeerBlocked):
        await fetcher.picture(f"{NEAR}/a.png", "rumilly.example")
    with pytest.raises(PeerBlocked):
        await fetcher.fetch(f"{NEAR}/a.png", Budget())
    assert KEPT_OUT not in world.asked


async def asked_for(coming, times):
    """How often somebody may ask before they have to wait."""
    for number in range(times):
        try:
            await coming(number)
        except TryLater:
            return number
        except Rejected:
            continue
    return times


@pytest.mark.usefixtures("clock")
async def test_for_one_town_others_are_asked_no_more_than_it_may_cause(fetcher):
    """Its own server is its own affair, and what another town causes is another's."""

    async def of_others(number, site="evil.example"):
        await fetcher.fetch(f"https://s{number}.victim.example/1", Budget(site=site))

    async def of_its_own(number):
        await fetcher.fetch(f"https://s{number}.evil.example/1", Budget(site="evil.example"))

    assert await asked_for(of_others, OF_OTHERS + 5) == OF_OTHERS
    assert await asked_for(of_its_own, 5) == 5
    with pytest.raises(Rejected):  # it is not there
        await of_others(0, "rumilly.example")


async def test_for_one_town_no_more_pictures_are_fetched_than_it_may_cause(fetcher, world, clock):
    """However often its people change theirs, and wherever they say that these are."""

    async def picture(number, site="evil.example"):
        await fetcher.picture(f"https://s{number}.victim.example/a.png", site)

    assert await asked_for(picture, PICTURES + 5) == PICTURES
    assert len(world.asked) == PICTURES
    with pytest.raises(Rejected):
        await picture(0, "rumilly.example")
    clock.advance(minutes=1)
    with pytest.raises(Rejected):
        await picture(0)


async def test_a_slow_town_keeps_nobody_else_waiting(bare_db, world):
    """It has as many places as it has servers, were these not counted as one."""
    done = asyncio.Event()

    class Slow(Elsewhere):
        @override
        async def handle_async_request(self, request):
            if request.url.host.endswith("evil.example"):
                self.asked.append(str(request.url))
                await done.wait()
            return await world.handle_async_request(request)

    slow = Slow()
    keyring = Keyring(bare_db, b"of the tests, thirty-two bytes long")
    fetcher = Fetcher(lambda: Client(slow, user_agent="annecy"), keyring, HERE, bare_db)
    world.answer(f"{NEAR}/a.png", 200, b"x")
    waiting = [
        asyncio.create_task(fetcher.picture(f"https://s{n}.evil.example/a.png", "evil.example"))
        for n in range(30)
    ]
    assert await asyncio.wait_for(fetcher.picture(f"{NEAR}/a.png", "rumilly.example"), 30) == b"x"
    assert 0 < len(slow.asked) < 20
    done.set()
    await asyncio.gather(*waiting, return_exceptions=True)
