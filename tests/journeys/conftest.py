"""The people of the journeys and their devices."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.journeys.hands import Finger, Hands, Keyboard
from tests.journeys.mailbox import Mailroom
from tests.journeys.person import Person, Somebody
from tests.journeys.way import Way
from tests.journeys.words import Words
from tests.rig.browser import RESULTS, Visits
from tests.rig.live import LivePlace


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    """Where pictures of every screen go, when somebody wants to look at them."""
    if not request.config.option.screens:
        return None
    return RESULTS / "screens" / re.sub(r"\W+", "-", request.node.name).strip("-")


@pytest.fixture
def somebody(visits: Visits, live: LivePlace, pictures: Path | None) -> Somebody:
    """`await somebody("Ana", way)` has a new device in their hand."""
    post = Mailroom(live.folder / "data" / "mail")

    async def arrive(name: str, way: Way) -> Person:
        page = await visits.open(device=way.device)
        hands: Hands = Keyboard(page) if way.keyboard else Finger(touches=way.width < 1000)
        return Person(name, page, Words(way.language), hands, post, pictures)

    return arrive
