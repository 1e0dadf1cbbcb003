"""Asks and offers to leaf through: what fits is chosen once, and one's own wait for a word."""

import re

import pytest

from fedparents.swaps.lasting import LASTS
from fedparents.swaps.models import Direction
from tests.rig.pages import forms_of, submit

pytestmark = pytest.mark.anyio
COAT, BOOTS, CRIB = "Donne manteau 4 ans", "size 27 wellies, free", "Un lit bébé ?"

MINE = '<a href="/swaps/mine">My asks and offers</a>'


@pytest.fixture
async def shelf(square):
    ana = await square.browser("ana")
    for text in (COAT, BOOTS):
        assert (await submit(ana, "/write/offer", text=text)).status_code == 303
    await square.asks("ana", CRIB)
    return square


def shown(page):
    return {text for text in (COAT, BOOTS, CRIB) if text in page.text}


async def test_everything_that_is_open_stands_there_and_says_what_it_is(shelf):
    bao = await shelf.browser("bao")
    page = await bao.get("/swaps")
    assert shown(page) == {COAT, BOOTS, CRIB}
    for words in ("Coats and jackets", "Boots and wellies", "Parents du Corentin", MINE):
        assert words in page.text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("kind=offer", {COAT, BOOTS}),
        ("kind=ask", {CRIB}),
        ("category=shoes", {BOOTS}),
        ("category=clothes/coat", {COAT}),
        ("category=cloth", {COAT, BOOTS, CRIB}),
        ("size=27", {BOOTS}),
        ("size=4 ANS", {COAT}),
        ("age=48", {COAT, BOOTS, CRIB}),
        ("age=72", {BOOTS, CRIB}),
        ("kind=ask&category=shoes", set()),
        ("near=5", {COAT, BOOTS, CRIB}),
    ],
)
async def test_only_what_fits_is_shown(shelf, asked, found):
    bao = await shelf.browser("bao")
    assert shown(await bao.get(f"/swaps?chosen=yes&{asked}")) == found


async def test_what_was_chosen_is_remembered_until_something_else_is(shelf):
    bao = await shelf.browser("bao")
    await bao.get("/swaps?chosen=yes&kind=offer&category=shoes")
    again = await bao.get("/swaps")
    assert shown(again) == {BOOTS}
    assert '<option value="shoes" selected>' in again.text
    await bao.get("/swaps?chosen=yes")
    assert shown(await bao.get("/swaps")) == {COAT, BOOTS, CRIB}
    ana = await shelf.browser("ana")
    assert shown(await ana.get("/swaps")) == {COAT, BOOTS, CRIB}


async def test_who_is_not_in_the_group_sees_none_of_it(shelf):
    chloe = await shelf.browser("chloe")
    assert shown(await chloe.get("/swaps")) == set()
    assert shown(await chloe.get("/swaps/mine")) == set()


async def test_ones_own_say_what_waits_and_one_press_keeps_it_there(shelf, clock):
    ana = await shelf.browser("ana")
    mine = await ana.get("/swaps/mine")
    assert shown(mine) == {COAT, BOOTS, CRIB}
    assert "Your turn" not in mine.text
    clock.advance(days=LASTS[Direction.ASK].days - 1)
    waiting = await ana.get("/swaps/mine")
    turn, rest = waiting.text.split("All others")
    assert "Your turn" in turn
    assert CRIB in turn
    assert BOOTS in rest
    (press,) = re.findall(r'formaction="(/p/[0-9]+/still-there)"', turn)
    (presses,) = [each for each in forms_of(waiting.text) if each.method == "post"][:1]
    sent = await ana.post(press, data=presses.answers)
    assert sent.headers["location"].startswith("/swaps/mine#post-")
    assert "Your turn" not in (await ana.get("/swaps/mine")).text
