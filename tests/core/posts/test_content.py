"""Markdown in, harmless HTML out; names and hashtags lead somewhere, and nothing explodes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedparents.posts.content import compose, first_line, plain_text, sanitise

ANA = {"ana": 7}


def resolve(handles):
    return {handle: ANA[handle] for handle in handles if handle in ANA}


def html(text):
    return compose(text, resolve).html


def test_what_neighbours_use_of_markdown_works():
    text = "*Poussette* **double**\nsamedi\n\n- une\n- deux\n\n> déjà dit\n\n`code` ~~non~~"
    assert html(text) == (
        "<p><em>Poussette</em> <strong>double</strong><br>\nsamedi</p>\n"
        "<ul>\n<li>une</li>\n<li>deux</li>\n</ul>\n"
        "<blockquote>\n<p>déjà dit</p>\n</blockquote>\n"
        "<p><code>code</code> <s>non</s></p>"
    )


def test_what_they_meet_by_accident_stays_as_it_was_typed():
    assert html("# Samedi") == "<p># Samedi</p>"
    assert html("    bonjour") == "<p>bonjour</p>"
    assert html("Bonjour\n---") == "<p>Bonjour<br>\n---</p>"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[ici](javascript:alert(1))",
        "[ici](data:text/html;base64,PHNjcmlwdD4=)",
        "<javascript:alert(1)>",
        "![x](https://example.org/pixel.gif)",
        "<a href='https://example.org' onclick=alert(1)>x</a>",
        "&lt;script&gt;",
        "[x](https://example.org 'onmouseover=alert(1)')",
    ],
)
def test_nothing_that_runs_or_loads_gets_through(text):
    assert not re.search(
        r"<(script|img|iframe|style)|<[^>]*\son\w+=|href=\"(?!https?:)", html(text)
    )


def test_a_name_and_a_hashtag_lead_to_where_they_belong():
    content = compose("Merci @Ana et @zoe ! #Poussette #รถเข็นเด็ก #3 #été", resolve)
    assert content.mentions == (7,)
    assert content.tags == ("poussette", "รถเข็นเด็ก", "été")
    assert '<a href="/@ana" class="u-url mention"' in content.html
    assert '<a href="/tags/poussette" class="hashtag"' in content.html
    assert "@zoe" in content.html
    assert "/@zoe" not in content.html


@pytest.mark.parametrize(
    "text",
    [
        "a@ana.fr",
        "`@ana`",
        "[@ana](https://example.org)",
        "https://example.org/@ana",
        "@ana@ville.fr",
    ],
)
def test_what_only_looks_like_a_name_names_nobody(text):
    assert compose(text, resolve).mentions == ()


def test_a_link_says_where_it_leads():
    assert '<span class="host"> (example.org)</span>' in html("[ici](https://example.org/a)")
    assert "host" not in html("https://example.org/a")
    assert ">example.org/un/chemin/qui/ne/finit/pas/…<" in html(
        "https://example.org/un/chemin/qui/ne/finit/pas/du/tout"
    )


def test_what_a_list_says_of_a_post_is_plain():
    assert first_line("**Cherche** [poussette](https://example.org)\nMerci") == "Cherche poussette"
    assert first_line("Je cherche une poussette double", at_most=20) == "Je cherche une…"
    assert first_line("> \n\nBonjour") == "Bonjour"
    assert plain_text("- une\n- `deux`") == "une\ndeux"


@given(st.text(max_size=400))
def test_any_text_gives_html_that_sanitising_again_does_not_change(text):
    once = html(text)
    assert sanitise(once) == once


@pytest.mark.parametrize(
    "bomb",
    ["*a", "[", ">", "- ", "`", "**a ", "[a](", "<", "_a*", "&", "![[", "#a", "~~a", "@ana "],
)
def test_no_text_of_legal_length_grows_without_bound(bomb):
    text = (bomb * 5000)[:5000]
    assert len(html(text)) < 20 * len(text)
