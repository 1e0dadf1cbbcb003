"""The page with one box: who finds what, and what no words can break."""

import pytest

from fedparents.accounts.models import Account, Role
from fedparents.posts.models import PostKind
from fedparents.posts.service import PostDraft, publish_post
from fedparents.search.service import index_post
from fedparents.social.service import block_actor
from fedparents.swaps.models import Direction
from fedparents.swaps.service import SwapDraft, publish_swap
from tests.rig.builders import a_group, a_viewer, add_place, an_account, join, signed_in
from tests.web.conftest import sign_in

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]


@pytest.fixture
async def group(place):
    """Marie's group with an ask and an offer of a pushchair; Ana is in it."""
    db = place.db
    marie = await a_viewer(db, "marie")
    ana = await an_account(db, "ana", language="en")
    group = await a_group(db, marie, name="Parents du Corentin")
    await join(db, await signed_in(db, ana), group, marie)
    for direction in Direction:
        draft = PostDraft(text=f"Poussette double ({direction})", group_id=group)
        published = await db.write(publish_swap, marie, SwapDraft(draft, direction))
        await db.write(index_post, published.post.id)
    question = PostDraft(text="Quelle poussette ?", group_id=group, kind=PostKind.QUESTION)
    await db.write(index_post, (await db.write(publish_post, marie, question)).post.id)
    return marie, ana


async def test_members_find_what_was_said_and_chips_narrow_it(place, visitor, group):
    await sign_in(place, visitor, group[1])
    page = await visitor.get("/search", params={"q": "poussettes doubles"})
    assert page.status_code == 200
    assert "Poussette double (ask)" in page.text
    assert "Poussette double (offer)" in page.text
    offers = await visitor.get("/search", params={"q": "poussette", "in": "offers"})
    assert "Poussette double (offer)" in offers.text
    assert "Poussette double (ask)" not in offers.text
    questions = await visitor.get("/search", params={"q": "poussette", "in": "questions"})
    assert "Quelle poussette" in questions.text
    assert "Poussette double" not in questions.text


async def test_what_is_near_can_be_looked_for_by_those_who_said_where_they_live(
    place, visitor, group
):
    marie, ana = group
    await sign_in(place, visitor, ana)
    page = await visitor.get("/search", params={"q": "poussette"})
    assert "Say where you live to look nearby" in page.text
    assert "5 km" not in page.text
    for account_id, commune in ((ana.id, "Issy"), (marie.account_id, "Vanves")):
        await place.db.write(_lives, account_id, commune)
    page = await visitor.get("/search", params={"q": "poussette", "near": "5", "in": "asks"})
    assert "Poussette double (ask)" in page.text
    assert "less than 5 km away" in page.text
    assert "less than 3 km away" not in page.text
    assert "q=poussette&amp;in=asks&amp;near=10" in page.text
    assert 'name="near" value="5"' in page.text
    await place.db.write(_lives, marie.account_id, "Lyon")
    page = await visitor.get("/search", params={"q": "poussette", "near": "25"})
    assert "look further away" in page.text
    page = await visitor.get("/search", params={"q": "poussette", "near": "7"})
    assert "Poussette double (ask)" in page.text
    assert "more than 10 km away" in page.text


def _lives(uow, account_id, commune):
    lat, lon = {"Issy": (48.82, 2.27), "Vanves": (48.82, 2.29), "Lyon": (45.76, 4.83)}[commune]
    home = add_place(uow, uow.new_id(), commune, lat=lat, lon=lon)
    uow.session.get_one(Account, account_id).place_id = home


async def test_strangers_find_nothing_of_it_and_visitors_sign_in_first(place, visitor, group):
    page = await visitor.get("/search", params={"q": "poussette"})
    assert "/sign-in" in str(page.headers.get("location", page.url))
    await sign_in(place, visitor, await an_account(place.db, "chloe", role=Role.ADMIN))
    page = await visitor.get("/search", params={"q": "poussette"})
    assert "Poussette double" not in page.text


async def test_people_and_groups_are_found_by_name(place, visitor, group):
    marie, ana = group
    await sign_in(place, visitor, ana)
    page = await visitor.get("/search", params={"q": "mar"})
    assert 'href="/@marie"' in page.text
    page = await visitor.get("/search", params={"q": "corentin"})
    assert "Parents du Corentin" in page.text
    await place.db.write(block_actor, marie, ana.actor_id)
    page = await visitor.get("/search", params={"q": "mar"})
    assert 'href="/@marie"' not in page.text


async def test_who_shares_no_group_is_found_only_if_they_want_to_be(place, visitor, group):
    await sign_in(place, visitor, await an_account(place.db, "chloe"))
    page = await visitor.get("/search", params={"q": "marie"})
    assert 'href="/@marie"' not in page.text


@pytest.mark.parametrize(
    "query",
    [
        {"q": ""},
        {"q": "   "},
        {"q": "\x00"},
        {"q": "\"'()*"},
        {"q": "x" * 5000},
        {"q": "<script>alert(1)</script>"},
        {"q": "poussette", "in": "nothing"},
        {"q": "poussette", "before": "1"},
    ],
)
async def test_no_words_break_the_page(place, visitor, group, query):
    await sign_in(place, visitor, group[1])
    page = await visitor.get("/search", params=query)
    assert page.status_code == 200
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("before", ["-1", "x", "9" * 40, "๑"])
async def test_a_page_that_is_no_number_is_not_there(place, visitor, group, before):
    await sign_in(place, visitor, group[1])
    page = await visitor.get("/search", params={"q": "poussette", "before": before})
    assert page.status_code == 404
