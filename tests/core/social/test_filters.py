"""Filters: made, changed, limited, and found by the page that needs them."""

from datetime import timedelta

import pytest

from fedparents import clock as clock_module
from fedparents.errors import Invalid, LimitReached, NotFound
from fedparents.social import filters
from fedparents.social.filters import (
    FilterDraft,
    add_filter_word,
    change_filter,
    change_filter_word,
    create_filter,
    delete_filter,
    delete_filter_word,
)
from fedparents.social.matching import Word
from fedparents.social.models import FilterAction, FilterContext
from fedparents.social.queries import get_active_filters, get_filter, list_filters
from tests.rig.builders import a_viewer, open_the_doors

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("clock")]
HOME, PUBLIC = FilterContext.HOME, FilterContext.PUBLIC


@pytest.fixture
async def ana(db):
    await db.write(open_the_doors)
    return await a_viewer(db, "ana")


def a_filter(*words, **changes):
    given = {"title": "Pub", "contexts": [HOME], "words": [Word(word) for word in words]}
    return FilterDraft(**(given | changes))


async def active(db, viewer, context, text):
    found = await db.read(get_active_filters, viewer, context, now=clock_module.now())
    return [(found.actions[match.filter_id], match.words) for match in found.matcher.find(text)]


async def words_of(db, viewer, made):
    view = await db.read(get_filter, viewer, made.id)
    return {word.text: (word.id, word.is_whole) for word in view.words}


async def test_a_filter_holds_where_and_as_long_as_it_says(db, clock, ana):
    draft = a_filter(
        "promo",
        contexts=[PUBLIC, HOME],
        action=FilterAction.HIDE,
        expires_at=clock() + timedelta(days=1),
    )
    made = await db.write(create_filter, ana, draft)
    assert made.places == (HOME, PUBLIC)
    assert await active(db, ana, HOME, "Promo !") == [(FilterAction.HIDE, ("promo",))]
    assert await active(db, ana, FilterContext.THREAD, "Promo !") == []
    clock.advance(days=1)
    assert await active(db, ana, HOME, "Promo !") == []
    assert len(await db.read(list_filters, ana)) == 1


async def test_a_word_that_stays_keeps_its_number(db, ana):
    made = await db.write(create_filter, ana, a_filter("loto", "promo"))
    before = await words_of(db, ana, made)
    draft = a_filter(title="Jeux", words=[Word("loto", is_whole=False), Word("bingo"), Word(" ")])
    await db.write(change_filter, ana, made.id, draft)
    after = await words_of(db, ana, made)
    assert set(after) == {"loto", "bingo"}
    assert after["loto"] == (before["loto"][0], False)
    await db.write(change_filter, ana, made.id, FilterDraft("Jeux", [HOME]))
    assert await words_of(db, ana, made) == after


async def test_words_one_by_one(db, ana):
    made = await db.write(create_filter, ana, a_filter())
    word = await db.write(add_filter_word, ana, made.id, Word(" loto "))
    await db.write(change_filter_word, ana, word.id, Word("bingo", is_whole=False))
    assert await words_of(db, ana, made) == {"bingo": (word.id, False)}
    await db.write(delete_filter_word, ana, word.id)
    assert await words_of(db, ana, made) == {}


async def test_a_deleted_filter_is_gone_with_its_words(db, ana):
    made = await db.write(create_filter, ana, a_filter("promo"))
    await db.write(delete_filter, ana, made.id)
    assert await db.read(list_filters, ana) == []
    assert await active(db, ana, HOME, "promo") == []


async def test_other_peoples_filters_are_not_there(db, ana):
    made = await db.write(create_filter, ana, a_filter("promo"))
    ((word, _),) = (await words_of(db, ana, made)).values()
    bao = await a_viewer(db, "bao")
    for service, arguments in (
        (change_filter, (made.id, a_filter())),
        (delete_filter, (made.id,)),
        (add_filter_word, (made.id, Word("x"))),
        (change_filter_word, (word, Word("x"))),
        (delete_filter_word, (word,)),
    ):
        with pytest.raises(NotFound):
            await db.write(service, bao, *arguments)
    assert await db.read(list_filters, bao) == []
    assert await active(db, bao, HOME, "promo") == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"contexts": []}, "contexts"),
        ({"words": [Word("...")]}, "words"),
        ({"words": [Word("\u0301")]}, "words"),
        ({"words": [Word("x" * 101)]}, "words"),
        ({"expires_at": "past"}, "expires_at"),
    ],
)
async def test_what_a_filter_cannot_be(db, clock, ana, changes, field):
    if changes.get("expires_at"):
        changes = {"expires_at": clock()}
    with pytest.raises(Invalid) as raised:
        await db.write(create_filter, ana, a_filter(**changes))
    assert set(raised.value.fields) == {field}


async def test_limits(db, ana, monkeypatch):
    monkeypatch.setattr(filters, "FILTERS_AT_MOST", 2)
    monkeypatch.setattr(filters, "WORDS_AT_MOST", 3)
    made = await db.write(create_filter, ana, a_filter("a", "b"))
    with pytest.raises(LimitReached):
        await db.write(create_filter, ana, a_filter("c", "d"))
    await db.write(create_filter, ana, a_filter("c"))
    with pytest.raises(LimitReached):
        await db.write(add_filter_word, ana, made.id, Word("d"))
    with pytest.raises(LimitReached):
        await db.write(create_filter, ana, a_filter())
