"""The legal pages: safe whatever is written in them, true about how the place is set."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html.parser import HTMLParser
from time import process_time

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from fedparents.authority import OPERATOR
from fedparents.instance.models import FederationMode, Instance, LegalKind, Registrations
from fedparents.instance.queries import GAP
from fedparents.instance.service import (
    LANGUAGES,
    JoiningDraft,
    change_federation,
    change_joining,
    write_legal_page,
)
from fedparents.retention.service import change_periods
from tests.rig.builders import open_the_doors
from tests.rig.time import A_MONDAY
from tests.rig.visitors import a_browser
from web.i18n import ENGLISH, reading_in
from web.site.legal.drafts import draft_of
from web.site.legal.facts import days_in_words
from web.site.legal.gaps import Gap, as_text, fill_gaps, gap, gaps_in, has_gap
from web.site.legal.markdown import _kept, is_safe_link, render_markdown, render_once

ALLOWED = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "mark", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"href", "rel", "title", "start", "class", "style"}


@pytest.fixture
async def place(runtime):
    await runtime.db.write(open_the_doors)
    return runtime


@pytest.fixture
async def visitor(place) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_browser(place) as browser:
        yield browser


class Reader(HTMLParser):
    """What a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


# Markdown

NASTY = st.sampled_from(
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
        "[x](data:text/html,x)", "![x](https://evil.example/p.png)", "<a href='x' onclick=y>",
        "[x]( java\nscript:alert(1))", "<javascript:alert(1)>", "[x](//evil.example)",
        "[a]: javascript:x\n\n[a]", "|a|b|\n|--|:-:|\n|1|<b>|", "[x](\\\\evil.example)", "# h",
        "```<style>", "[…", "…]", "[… <b> …]", "&lt;", "&#x6a;avascript:",
        "\\", "*", "_", "`", "\n",
        "[x](https://a.example 'on\"click=x')", "<https://a.example/\"onx=>", "<!-- -->",
        "<?php ?>",
    ]
)  # fmt: skip


@given(st.lists(NASTY | st.text(max_size=30), max_size=12).map("".join))
def test_whatever_is_written_no_page_can_do_more_than_say_it(written):
    seen = read(render_markdown(written))
    assert seen.tags <= ALLOWED
    for tag, name, value in seen.attributes:
        assert name in ATTRIBUTES
        if name == "href":
            assert tag == "a"
            assert is_safe_link(value)
        if name == "style":
            assert value in {"text-align:left", "text-align:right", "text-align:center"}


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("https://cnil.fr", True),
        ("HTTP://cnil.fr", True),
        ("mailto:a@b.fr", True),
        ("/legal/contact", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("\tjavascript:x", False),
        ("cnil.fr", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_where_links_may_lead(address, is_safe):
    assert is_safe_link(address) is is_safe


def test_links_that_leave_vouch_for_nobody():
    html = render_markdown("[CNIL](https://cnil.fr) and [contact](/legal/contact)")
    assert '<a href="https://cnil.fr" rel="nofollow noopener">CNIL</a>' in html
    assert '<a href="/legal/contact">contact</a>' in html


def test_headings_stand_below_the_title_of_the_page():
    html = render_markdown("# One\n\n## Two\n\n###### Six")
    assert re.findall(r"<(h\d)>", html) == ["h2", "h2", "h4"]


# Gaps


@given(st.text(max_size=80))
def test_an_answer_stays_the_words_it_was(words):
    html = render_markdown(f"Before {as_text(words.strip())} after")
    assert read(html).tags <= {"p", "br", "a", "h2", "h3", "h4", "pre", "code", "hr", "ul", "ol",
                               "li"}  # fmt: skip


def test_a_gap_is_asked_once_and_filled_everywhere():
    texts = [f"A {gap('the address')} b", f"C {gap('the address')} d {gap('a name')}"]
    assert [each.label for each in gaps_in(texts)] == ["the address", "a name"]
    filled = [fill_gaps(text, {Gap("the address").field: " 1  rue\nA "}) for text in texts]
    assert filled == ["A 1 rue A b", "C 1 rue A d [… a name …]"]
    assert has_gap(filled[1])
    assert not has_gap(filled[0])


@given(st.text())
def test_any_text_can_be_looked_through_for_gaps(text):
    for each in gaps_in([text]):
        assert re.fullmatch(r"gap-[0-9a-f]{10}", each.field)
    fill_gaps(text, {})


# The first versions


@pytest.mark.parametrize("blank", [" ", "\n", "…"])
def test_a_long_run_of_blanks_is_looked_through_at_once(blank):
    begun = process_time()
    text = f"[… who{blank * 3000}"
    assert gaps_in([f"[…{blank * 3000}", text, f"{text}]"]) == [Gap("who")]
    fill_gaps(text, {})
    assert process_time() - begun < 0.5


async def test_a_page_is_made_once_and_of_each_version_anew():
    text = "Our *address*: " * 2000
    assert await render_once(text) is await render_once("".join(text))
    assert await render_once(text) == render_markdown(text)
    assert await render_once(f"{text}.") != await render_once(text)
    for number in range(100):
        await render_once(f"Version {number}")
    assert _kept.cache_info().currsize < 100


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LegalKind)
@pytest.mark.parametrize("contact", ["", "marie@issy.example"])
def test_drafts_are_whole_but_for_marked_gaps(language, kind, contact):
    place = Instance(
        domain="issy.example",
        name="Parents *d'Issy* {name}",
        contact_email=contact,
        created_at=A_MONDAY,
    )
    draft = draft_of(kind, language, place, "https://issy.example")
    answers = {each.field: "Answer" for each in gaps_in([draft])}
    whole = fill_gaps(draft, answers)
    assert GAP not in whole
    assert (contact or "Answer") in whole
    html = render_markdown(whole)
    assert read(html).tags <= ALLOWED
    if kind != LegalKind.RULES:
        assert "Parents *d'Issy* {name}" in str(html).replace("&#39;", "'")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_legal_notice_asks_for_what_the_law_does(language):
    place = Instance(
        domain="issy.example", name="Issy", contact_email="a@b.fr", created_at=A_MONDAY
    )
    notice = draft_of(LegalKind.LEGAL_NOTICE, language, place, "https://issy.example")
    # Legal form, address, telephone, who is responsible, host.
    assert len(gaps_in([notice])) == 5


# The pages


@pytest.mark.parametrize("kind", LegalKind)
async def test_everybody_can_read_every_page(visitor, kind):
    response = await visitor.get(f"/legal/{kind}")
    assert response.status_code == 200
    if kind == LegalKind.ACCESSIBILITY:
        assert "This page is being written." in response.text
    else:
        assert f"Tout est dit : {kind}." in response.text
        assert "Last changed on" in response.text
        assert '<div class="prose" lang="fr">' in response.text


async def test_there_are_no_other_pages(visitor):
    assert (await visitor.get("/legal/cookies")).status_code == 404


async def test_a_page_with_gaps_is_not_shown(place, visitor):
    body = f"Our address: {gap('the address')}"
    await place.db.write(write_legal_page, LegalKind.CONTACT, "fr", body, by=OPERATOR)
    response = await visitor.get("/legal/contact")
    assert "Our address" not in response.text
    assert "mailto:marie@issy.example" in response.text


async def test_a_reader_gets_the_page_in_their_language_where_it_is_written(place, visitor):
    await place.db.write(write_legal_page, LegalKind.CONTACT, "en", "In English.", by=OPERATOR)
    assert "In English." in (await visitor.get("/legal/contact")).text
    french = await visitor.get("/legal/contact", headers={"Accept-Language": "fr"})
    assert "Tout est dit" in french.text
    thai = await visitor.get("/legal/contact", headers={"Accept-Language": "th"})
    assert "Tout est dit" in thai.text


async def test_the_privacy_page_follows_the_settings(place, visitor):
    before = (await visitor.get("/legal/privacy")).text
    assert "One can join from the age of 18." in before
    assert ">7 days<" in before
    assert "this place does not exchange anything" in before

    await place.db.write(
        change_periods, {"unconfirmed_sign_ups": 11, "audit_log": 731}, by=OPERATOR
    )
    await place.db.write(change_federation, FederationMode.ALLIES, by=OPERATOR)
    joining = JoiningDraft(
        registrations=Registrations.APPROVED,
        asks_reason=True,
        minimum_age=15,
        approvals_a_day=10,
        waiting_at_most=20,
        blocked_mail_domains="",
    )
    await place.db.write(change_joining, joining, by=OPERATOR)

    after = (await visitor.get("/legal/privacy")).text
    assert ">11 days<" in after
    assert ">2 years<" in after
    assert "One can join from the age of 15." in after
    assert "Neighbouring towns that we know" in after


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "1 day"), (30, "30 days"), (60, "60 days"), (365, "1 year"), (730, "2 years"),
     (1096, "3 years"), (183, "6 months"), (100, "100 days"), (1095, "3 years")],
)  # fmt: skip
def test_periods_are_said_as_people_say_them(days, words):
    with reading_in(ENGLISH):
        assert days_in_words(timedelta(days=days).days) == words
