"""A first day as people live it: a place is founded, a neighbour comes in, and leaves again.

`make test` walks a few ways through it, `make test-long` all of them.
"""

from __future__ import annotations

from itertools import product

import pytest

from tests.journeys import steps
from tests.journeys.days import days_later
from tests.journeys.person import Somebody
from tests.journeys.way import Way
from tests.journeys.words import Typed
from tests.rig.live import LivePlace

pytestmark = pytest.mark.anyio

NEXT_LANGUAGE = {"fr": "en", "en": "th", "th": "fr"}

EVERY_TIME = (
    Way("fr", 360),
    Way("en", 360, keyboard=True),
    Way("th", 1280, javascript=False, colours="dark"),
)
MATRIX = [
    Way(*choice)
    for choice in product(("fr", "en", "th"), (360, 1280), (True, False), (False, True))
]
WAYS = [
    *(pytest.param(way, id=str(way)) for way in EVERY_TIME),
    *(
        pytest.param(way, id=str(way), marks=pytest.mark.long)
        for way in MATRIX
        if way not in EVERY_TIME
    ),
]


@pytest.mark.parametrize("way", WAYS)
async def test_a_first_day(live: LivePlace, somebody: Somebody, way: Way) -> None:
    marie = await somebody("Marie", way)
    await steps.founds_the_place(marie, live.url)
    invitation = await steps.makes_an_invitation(marie)

    chloe = await somebody("Chloé", way)
    await steps.signs_up(chloe, invitation, commune="Issy" if way.javascript else "92130")
    await steps.confirms(chloe)
    assert chloe.post.unread(chloe.address) == 0  # pressing twice made one account
    await steps.lets_in(marie, chloe.name)

    await chloe.goes_to((await chloe.gets_mail()).link)
    await chloe.sees("Sign in")
    await steps.asks_for_a_link(chloe, live.url)
    letter = await chloe.gets_mail()
    await chloe.goes_to(letter.link)
    await chloe.sees("Hello %(name)s", name=chloe.name)

    tablet = await somebody("Chloé", way)
    await tablet.goes_to(letter.link)
    await tablet.sees("This link has been used")
    await steps.asks_for_a_link(tablet, live.url)
    letter = await tablet.gets_mail()
    await chloe.goes_to(letter.link)  # she reads her mail on the phone
    await chloe.sees("Your six digits")
    await chloe.reads(Typed(f"{letter.digits[:3]} {letter.digits[3:]}"))
    await steps.types_digits(tablet, letter.digits)

    await steps.changes_language(tablet, NEXT_LANGUAGE[way.language])
    await steps.leaves(tablet)
    await tablet.presses("Keep my account")
    await tablet.reads("You stay. Nothing has been erased.")
    await steps.leaves(tablet)
    assert (await days_later(live, 8))["leaving_accounts"] == 1
    await tablet.page.reload()
    await tablet.sees("Sign in")
