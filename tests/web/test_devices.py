"""Browsers are named as their owners would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.auth.devices import device_icon, device_in_words

KHTML = "AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML"


@pytest.mark.parametrize(
    ("user_agent", "words", "icon"),
    [
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
            "Firefox, Android",
            "smartphone",
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KHTML} Chrome/140.0.0.0 Safari/537.36",
            "Chrome, Windows",
            "monitor",
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {KHTML} Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
            "monitor",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {KHTML} SamsungBrowser/27.0 Chrome/125.0",
            "Samsung Internet, Android",
            "smartphone",
        ),
        (f"{IPHONE}, like Gecko) Version/18.1 Mobile/15E148", "iPhone", "smartphone"),
        (
            f"{IPHONE}, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
            "smartphone",
        ),
        (f"{IPHONE}, like Gecko) CriOS/140.0 Mobile Safari/604.1", "Chrome, iPhone", "smartphone"),
        (
            "Mozilla/5.0 (iPad; CPU OS 15_6 like Mac OS X) Version/15.6 Mobile Safari/604.1",
            "Safari, iPad",
            "tablet",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15",
            "Safari, Mac",
            "monitor",
        ),
        (f"Mozilla/5.0 (X11; CrOS x86_64) {KHTML} Chrome/140.0", "Chrome, Chromebook", "monitor"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {KHTML} Chrome/140.0", "Chrome, Linux", "monitor"),
        ("curl/8.5.0", "", "monitor"),
        ("", "", "monitor"),
    ],
)
def test_browsers_have_names(user_agent, words, icon):
    assert device_in_words(user_agent) == words
    assert device_icon(words) == icon


@given(st.text())
def test_whatever_it_says_the_words_are_ours(text):
    assert len(device_in_words(text * 50)) < 40
