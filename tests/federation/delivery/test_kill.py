"""kill -9 while letters are under way: none is lost, and at most those under way come twice."""

from collections import Counter

import pytest
from sqlmodel import select

from federation.delivery.models import Delivery, DeliveryState
from fedparents.db import open_database
from tests.rig.live import LivePlace, free_port

pytestmark = [pytest.mark.anyio, pytest.mark.sqlite_only]

TOWNS = 80
POSTS = 3
UNDER_WAY = 200
"""The most letters at a time."""


@pytest.fixture
def process(settings, tmp_path):
    options = {"DOMAIN": settings.domain, "ALLOWED_PRIVATE_NETWORKS": "127.0.0.0/8"}
    folder = tmp_path / "process"
    folder.mkdir()
    found = LivePlace(folder, settings.database, free_port(), options)
    yield found
    found.close()


def count(towns):
    return Counter((taken.host, taken.document["id"]) for taken in towns.taken)


async def test_kill_nine_loses_nothing(place, process, settings):
    await place.followed_from(*range(1, TOWNS + 1))
    for number in range(POSTS):
        await place.says(f"Bonjour {number}")
    await place.runtime.worker.work_until_idle()  # all of it waits
    await place.runtime.close()
    place.towns.seconds = 0.02
    whole = TOWNS * POSTS
    for part in (1, whole // 2):
        process.launch()
        await place.towns.wait_for(part)
        process.kill()
    process.launch()
    while len(count(place.towns)) < whole:
        await place.towns.wait_for(len(place.towns.taken) + 1)
    process.stop()

    assert len(place.towns.taken) - whole <= 2 * UNDER_WAY
    db = open_database(settings.database)
    await db.start()
    states = await db.read(lambda session: Counter(session.exec(select(Delivery.state))))
    await db.close()
    assert states == {DeliveryState.SENT: whole}
