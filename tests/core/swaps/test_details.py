"""What a thing is, as it is stored; how long it is on the lists, by the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from fedparents.errors import Conflict, Invalid, NotAllowed, NotFound
from fedparents.ids import PostId
from fedparents.notifications.models import Notification
from fedparents.notifications.swap_occasions import on_swap_aging, on_swap_expired
from fedparents.paging import Paging
from fedparents.posts.asking import close_post
from fedparents.posts.models import Post
from fedparents.posts.service import PostDraft
from fedparents.swaps.details import Details
from fedparents.swaps.facts import SwapAging, SwapExpired
from fedparents.swaps.models import Condition, Direction, Mode, Swap
from fedparents.swaps.service import SwapDraft, describe_swap, edit_words, publish_swap, renew_swap
from fedparents.timelines.queries import list_group_swaps, list_unanswered
from fedparents.timelines.service import fill_homes
from fedparents.timelines.swaps import read_swaps
from tests.rig.builders import a_group, a_viewer, join, open_the_doors

pytestmark = pytest.mark.anyio
SEAT = Details(category="car-seat", mode=Mode.GIVE, made_in=2024, is_declared_safe=True)


@pytest.fixture
async def town(db):
    await db.write(open_the_doors)
    marie, ana = await a_viewer(db, "marie"), await a_viewer(db, "ana")
    group = await a_group(db, marie)
    await join(db, ana, group, marie)
    return marie, ana, group


async def offers(db, who, group, text="Un manteau", details=None, direction=Direction.OFFER):
    draft = SwapDraft(PostDraft(text=text, group_id=group), direction, "", details)
    return PostId((await db.write(publish_swap, who, draft)).post.id)


async def stored(db, post_id):
    return await db.read(lambda session: session.get_one(Swap, post_id))


async def test_nothing_comes_in_by_a_change_that_could_not_come_in_at_first(db, town):
    marie, ana, group = town
    post_id = await offers(db, ana, group)
    with pytest.raises(Invalid) as refused:
        await db.write(edit_words, ana, post_id, "Un fusil de chasse")
    assert refused.value.fields == {"text": "swap_no_weapons"}
    with pytest.raises(NotAllowed, match="not_the_author"):
        await db.write(edit_words, marie, post_id, "Un fusil de chasse")
    assert (await db.read(lambda session: session.get_one(Post, post_id))).text == "Un manteau"
    said = await db.write(edit_words, ana, post_id, "Un manteau bleu")
    assert said.text == "Un manteau bleu"


async def test_what_an_app_sends_is_understood(db, town):
    _, ana, group = town
    swap = await stored(db, await offers(db, ana, group, "Vends manteau 4 ans, comme neuf, 12 €"))
    assert (swap.mode, swap.category, swap.price_cents) == (Mode.SELL, "clothes/coat", 1200)
    assert swap.condition == Condition.VERY_GOOD


async def test_a_price_in_the_words_of_a_gift_is_left_out_where_nobody_can_be_asked(db, town):
    _, ana, group = town
    swap = await stored(db, await offers(db, ana, group, "Donne manteau, valeur 80 €"))
    assert (swap.mode, swap.price_cents) == (Mode.GIVE, None)


@pytest.mark.parametrize(
    ("details", "field", "code"),
    [
        (Details(mode=Mode.GIVE, price_cents=500), "price", "swap_price_in_gift"),
        (Details(mode=Mode.LEND, price_cents=500), "price", "swap_price_in_gift"),
        (Details(mode=Mode.SELL, price_cents=0), "price", "swap_free_is_a_gift"),
        (Details(mode=Mode.SELL, price_cents=500_01), "price", "swap_price_too_high"),
        (Details(category="yachts"), "category", "choose_one"),
        (Details(age_from=48, age_to=12), "age_from", "swap_ages_crossed"),
        (Details(age_from=500), "age_from", "swap_age"),
        (Details(quantity=0), "quantity", "swap_quantity"),
        (Details(quantity=21), "quantity", "swap_quantity"),
        (Details(size="x" * 41), "size", "swap_size_too_long"),
        (Details(made_in=1066), "made_in", "year_not_possible"),
        (replace(SEAT, made_in=None), "made_in", "swap_year_missing"),
        (replace(SEAT, made_in=2010), "made_in", "swap_seat_too_old"),
        (replace(SEAT, is_declared_safe=False), "is_declared_safe", "swap_not_declared_safe"),
        (Details(category="sleep/cot"), "is_declared_safe", "swap_not_declared_safe"),
    ],
)
async def test_what_cannot_be_so_is_told_at_its_field_and_nothing_is_published(
    db, town, details, field, code
):
    _, ana, group = town
    with pytest.raises(Invalid) as refused:
        await offers(db, ana, group, details=details)
    assert refused.value.fields == {field: code}
    assert await db.read(lambda session: session.exec(select(Swap)).all()) == []


async def test_a_seat_that_is_declared_safe_is_offered(db, town):
    _, ana, group = town
    swap = await stored(db, await offers(db, ana, group, "Siège auto", SEAT))
    assert (swap.made_in, swap.is_declared_safe) == (2024, True)


async def test_only_its_author_says_what_it_is(db, town):
    marie, ana, group = town
    post = await offers(db, ana, group)
    await db.write(describe_swap, ana, post, Details(category="clothes/coat", size="4 ans"))
    assert (await stored(db, post)).size == "4 ans"
    with pytest.raises(NotAllowed):
        await db.write(describe_swap, marie, post, Details())
    chloe = await a_viewer(db, "chloe")
    with pytest.raises(NotFound):
        await db.write(describe_swap, chloe, post, Details())


async def told(db):
    def read(session):
        rows = session.exec(select(Notification).order_by(col(Notification.id)))
        return [each.detail for each in rows]

    return await db.read(read)


async def test_a_month_goes_by_and_each_question_is_asked_once(db, clock, town):
    _, ana, group = town
    post = await offers(db, ana, group)
    first = (await stored(db, post)).expires_at.isoformat()
    clock.advance(days=21)
    for _ in range(2):
        await db.write(on_swap_aging, SwapAging(post, first))
    assert await told(db) == ["aging"]
    await db.write(renew_swap, ana, post)
    clock.advance(days=9)
    await db.write(on_swap_expired, SwapExpired(post, first))  # it was renewed since
    assert await told(db) == ["aging"]
    second = (await stored(db, post)).expires_at.isoformat()
    clock.advance(days=21)
    for _ in range(2):
        await db.write(on_swap_aging, SwapAging(post, second))
        await db.write(on_swap_expired, SwapExpired(post, second))
    assert await told(db) == ["aging", "aging", "expired"]


async def test_what_is_settled_is_asked_about_no_more(db, clock, town):
    _, ana, group = town
    post = await offers(db, ana, group)
    expires_at = (await stored(db, post)).expires_at.isoformat()
    await db.write(close_post, ana, post)
    await db.write(on_swap_aging, SwapAging(post, expires_at))
    assert await told(db) == []
    with pytest.raises(Conflict):
        await db.write(renew_swap, ana, post)


async def test_an_ask_lasts_two_weeks_and_an_offer_a_month(db, clock, town):
    _, ana, group = town
    for direction, days in ((Direction.ASK, 14), (Direction.OFFER, 30)):
        post = await offers(db, ana, group, f"Un manteau {direction}", direction=direction)
        said_at = await db.read(lambda session, key=post: session.get_one(Post, key).created_at)
        assert (await stored(db, post)).expires_at - said_at == timedelta(days)


async def test_what_has_expired_is_off_the_lists_until_its_author_brings_it_back(db, clock, town):
    marie, ana, group = town
    post = await offers(db, ana, group, "Une poussette ?", direction=Direction.ASK)

    async def listed():
        shelf = await db.read(list_group_swaps, marie, group)
        unanswered = await db.read(list_unanswered, marie)
        open_ones = await db.read(read_swaps, marie, Paging(limit=20), is_closed=False)
        return len(shelf.cards), len(unanswered.cards), len(open_ones.posts)

    await db.write(fill_homes, post)
    assert await listed() == (1, 1, 1)
    clock.advance(days=14)
    assert await listed() == (0, 0, 0)
    await db.write(renew_swap, ana, post)
    assert await listed() == (1, 1, 1)
