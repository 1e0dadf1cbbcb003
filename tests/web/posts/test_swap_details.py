"""One sentence becomes an offer; what was understood is shown, and what is amiss is asked about."""

import re

import pytest

from fedparents.swaps.models import Mode, Swap
from fedparents.timelines.queries import list_own
from tests.rig.pages import submit

pytestmark = pytest.mark.anyio
ASKED = ("mode", "category", "price", "size", "age_from", "age_to", "condition", "quantity")


async def swaps_of(square, name):
    found, _ = await square.db.read(list_own, square.viewers[name])
    return [
        await square.db.read(lambda session, key=each.card.id: session.get(Swap, key))
        for each in found
    ]


async def test_one_sentence_is_enough_and_what_was_understood_is_shown(square):
    ana = await square.browser("ana")
    sent = await submit(ana, "/write/offer", text="size 6 wellies, free")
    assert sent.status_code == 303
    (swap,) = await swaps_of(square, "ana")
    assert (swap.mode, swap.category, swap.size) == (Mode.GIVE, "shoes/boots", "6")
    page = (await ana.get(sent.headers["location"], follow_redirects=True)).text
    for words in ("To give away", "Boots and wellies", "Size 6", "On the lists until"):
        assert words in page
    assert f"/p/{swap.post_id}/details" in page
    bao = await square.browser("bao")
    other = (await bao.get(f"/p/{swap.post_id}", follow_redirects=True)).text
    assert "Boots and wellies" in other
    assert "On the lists until" not in other


async def test_a_look_before_it_goes_shows_the_fields_filled_in(square):
    ana = await square.browser("ana")
    seen = await submit(ana, "/write/offer", text="Vends manteau 4 ans, 12,50 €", action="preview")
    assert '<option value="clothes/coat" selected>' in seen.text
    assert 'value="12,50"' in seen.text
    assert await swaps_of(square, "ana") == []


async def test_a_price_in_a_gift_comes_back_and_can_be_put_right(square):
    ana = await square.browser("ana")
    refused = await submit(ana, "/write/offer", text="Je donne ce manteau, 15 €")
    assert refused.status_code == 422
    assert "take the price away" in refused.text
    sent = await submit(ana, refused, mode="sell")
    assert sent.status_code == 303
    (swap,) = await swaps_of(square, "ana")
    assert (swap.mode, swap.price_cents) == (Mode.SELL, 1500)


async def test_a_complaint_shows_what_is_wrong_and_folds_the_rest_away(square):
    ana = await square.browser("ana")
    refused = await submit(ana, "/write/offer", text="Je donne ce manteau 4 ans, 15 €")
    beside, folded = re.split(r'<details class="more"><summary>What exactly', refused.text)
    assert [name for name in ASKED if f'id="field-{name}"' in beside] == ["mode", "price"]
    left = [name for name in ASKED if f'id="field-{name}"' in folded]
    assert left == ["category", "size", "age_from", "age_to", "condition", "quantity"]


async def test_a_number_that_comes_in_by_a_change_is_asked_about_once(square):
    post = await square.asks("ana", "Un manteau ?")
    ana = await square.browser("ana")
    path, text = f"/p/{post.id}/edit", "Un manteau ? 06 12 34 56 78"
    asked = await submit(ana, path, text=text)
    assert asked.status_code == 422
    assert "06 12 34 56 78" in asked.text
    sent = await submit(ana, asked, sure="yes")
    assert sent.status_code == 303
    again = await submit(ana, path, text=f"{text}, merci")
    assert again.status_code == 303


async def test_what_was_understood_follows_words_that_change(square):
    post = await square.asks("ana", "Un manteau 4 ans ?")
    ana = await square.browser("ana")
    sent = await submit(ana, f"/p/{post.id}/edit", text="Des bottes taille 26 ?")
    assert sent.status_code == 303
    (swap,) = await swaps_of(square, "ana")
    assert (swap.category, swap.size, swap.age_from) == ("shoes/boots", "26", None)


async def test_a_price_is_shown_and_stays_when_other_words_change(square):
    ana = await square.browser("ana")
    sent = await submit(ana, "/write/offer", text="Manteau bleu, 15 €")
    shown = await ana.get(sent.headers["location"], follow_redirects=True)
    assert ">15 €<" in shown.text
    (swap,) = await swaps_of(square, "ana")
    details = f"/p/{swap.post_id}/details"
    assert (await submit(ana, details, price="12")).status_code == 303
    changed = await submit(ana, f"/p/{swap.post_id}/edit", text="Manteau rouge, 15 €")
    assert changed.status_code == 303
    (swap,) = await swaps_of(square, "ana")
    assert (swap.mode, swap.price_cents) == (Mode.SELL, 1200)
    assert (await submit(ana, details, mode="lend", price="")).status_code == 303
    assert (await submit(ana, details, mode="sell", price="9")).status_code == 303
    changed = await submit(ana, f"/p/{swap.post_id}/edit", text="Donne manteau rouge")
    assert changed.status_code == 303


async def test_a_car_seat_asks_for_its_year_before_anybody_reads_of_it(square):
    ana = await square.browser("ana")
    asked = await submit(ana, "/write/offer", text="Donne siège auto")
    assert asked.status_code == 422
    assert "Never in an accident" in asked.text
    assert await swaps_of(square, "ana") == []
    sent = await submit(ana, asked, made_in="2024", is_declared_safe="yes")
    assert sent.status_code == 303


async def test_a_telephone_number_is_asked_about_and_never_refused(square):
    ana = await square.browser("ana")
    text = "Donne bottes, 06 12 34 56 78"
    asked = await submit(ana, "/write/offer", text=text)
    assert asked.status_code == 422
    assert "06 12 34 56 78" in asked.text
    assert 'name="sure"' in asked.text
    sent = await submit(ana, asked, sure="yes")
    assert sent.status_code == 303


async def test_what_does_not_change_hands_is_refused_in_words(square):
    ana = await square.browser("ana")
    refused = await submit(ana, "/write/offer", text="Donne deux chatons")
    assert refused.status_code == 422
    assert "ask a shelter" in refused.text


async def test_the_author_corrects_what_was_understood_and_nobody_else(square):
    post = await square.asks("ana", "Un manteau ?")
    ana, bao = await square.browser("ana"), await square.browser("bao")
    path = f"/p/{post.id}/details"
    assert (await bao.get(path)).status_code == 404
    saved = await submit(ana, path, category="clothes/snow", size="4 ans", age_from="48")
    assert saved.status_code == 303
    (swap,) = await swaps_of(square, "ana")
    assert (swap.category, swap.size, swap.age_from) == ("clothes/snow", "4 ans", 48)
    crossed = await submit(ana, path, age_from="48", age_to="12")
    assert crossed.status_code == 422
