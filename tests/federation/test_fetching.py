"""Asking others: nobody who is kept out, and for no town without end."""

import pytest

from federation.errors import PeerBlocked
from federation.fetching import Budget, Fetcher
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
        await fetcher.picture(f"{NEAR}/a.png")
    with pytest.raises(PeerBlocked):
        await fetcher.fetch(f"{NEAR}/a.png", Budget())
    assert KEPT_OUT not in world.asked
