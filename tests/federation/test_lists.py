"""Lists of towns: read in every shape in which they are shared, looked at, taken, and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.lists import MOST_LETTERS, apply_list, plan_list, read_list, write_list
from federation.models import Town
from federation.trust import note_twins, set_standing, standing_of
from fedparents.actors.models import Standing
from fedparents.authority import OPERATOR
from fedparents.errors import Invalid, NotFound
from tests.rig.builders import a_viewer

BLOCKED, LIMITED, KNOWN, ALLY = Standing
MASTODON = """#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate
spam.example,suspend,True,True,"Publicité, beaucoup",False
Loud.example,silence,False,False,,False
fine.example,noop,False,False,,False
*.below.example,suspend,True,True,,True
"""
OLD = "domain,severity\nspam.example,suspend\n"
OTHER_ORDER = "severity,public_comment,domain\nsilence,trop,spam.example\n"
PLAIN = "# une remarque\nspam.example\n\n  spám.example\n"


def found(text):
    return {each.host: (each.standing, each.note) for each in read_list(text).towns}


def test_the_file_of_a_mastodon_is_read():
    assert found(MASTODON) == {
        "spam.example": (BLOCKED, "Publicité, beaucoup"),
        "loud.example": (LIMITED, ""),
        "below.example": (BLOCKED, ""),
    }
    assert found("\ufeff" + MASTODON) == found(MASTODON)


def test_other_columns_and_none_are_read():
    assert found(OLD) == {"spam.example": (BLOCKED, "")}
    assert found(OTHER_ORDER) == {"spam.example": (LIMITED, "trop")}
    assert found(PLAIN) == {"spam.example": (BLOCKED, ""), "xn--spm-fla.example": (BLOCKED, "")}


def test_what_cannot_be_read_is_named_by_its_line():
    listed = read_list("spam.example\nnot a host\nexample\nodd.example,whatever\n")
    assert ([each.host for each in listed.towns], listed.unreadable) == (
        ["spam.example"],
        (2, 3, 4),
    )


def test_of_two_lines_the_stricter_counts():
    assert found("a.example,silence\na.example,suspend\n") == {"a.example": (BLOCKED, "")}
    assert found("a.example,suspend\na.example,silence\n") == {"a.example": (BLOCKED, "")}


@pytest.mark.parametrize("text", ["x" * (MOST_LETTERS + 1), "a.example\n" * 10_001])
def test_a_list_has_an_end(text):
    with pytest.raises(Invalid):
        read_list(text)


@given(st.text())
def test_no_text_breaks_the_reading(text):
    try:
        listed = read_list(text)
    except Invalid:
        return
    assert all("." in each.host for each in listed.towns)


@pytest.fixture
async def place(db):
    await db.write(set_standing, "loud.example", BLOCKED, by=OPERATOR, note="Avant")
    await db.write(note_twins, "rumilly.example")
    return db


async def test_a_look_changes_nothing_and_says_what_the_list_does(place):
    listed = read_list(f"{MASTODON}rumilly.example,suspend,,,,\n")
    plan = await place.read(plan_list, listed, by=OPERATOR)
    assert await place.read(standing_of, "spam.example") == KNOWN
    assert (plan.count(BLOCKED), plan.count(LIMITED), plan.as_they_are) == (2, 0, 1)
    assert plan.twins == ("rumilly.example",)
    assert await place.write(apply_list, listed, by=OPERATOR) == plan
    assert await place.read(standing_of, "spam.example") == BLOCKED
    assert await place.read(standing_of, "loud.example") == BLOCKED
    assert await place.read(standing_of, "rumilly.example") == ALLY
    again = await place.write(apply_list, listed, by=OPERATOR)
    assert (again.changes, again.as_they_are) == ((), 3)


async def test_what_is_written_can_be_read_and_does_the_same(place):
    await place.write(apply_list, read_list(MASTODON), by=OPERATOR)
    written = await place.read(write_list, by=OPERATOR)
    assert found(written) == {
        "below.example": (BLOCKED, ""),
        "loud.example": (BLOCKED, "Avant"),
        "spam.example": (BLOCKED, "Publicité, beaucoup"),
    }
    assert written.splitlines()[0].startswith("#domain,#severity,")


async def test_no_note_is_a_formula(place):
    await place.write(set_standing, "spam.example", BLOCKED, by=OPERATOR, note="=HYPERLINK(1)")
    assert ",'=HYPERLINK(1)," in await place.read(write_list, by=OPERATOR)


async def test_a_note_that_was_written_here_stays(place):
    await place.write(set_standing, "spam.example", LIMITED, by=OPERATOR, note="Nôtre")
    await place.write(apply_list, read_list("spam.example\n"), by=OPERATOR)
    town = await place.read(lambda session: session.get_one(Town, "spam.example"))
    assert (town.standing, town.note) == (BLOCKED, "Nôtre")


async def test_administrators_alone(place):
    marie = await a_viewer(place, "marie")
    for change in (
        place.read(plan_list, read_list(MASTODON), by=marie),
        place.write(apply_list, read_list(MASTODON), by=marie),
        place.read(write_list, by=marie),
    ):
        with pytest.raises(NotFound):
            await change
