"""What a browser says it is, in two words that its owner recognises: "Firefox, Android"."""

from __future__ import annotations

from typing import Final

_LONGEST = 1000

# Most browsers also claim to be the ones below them, so the first that is found counts.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex"),
    ("Vivaldi/", "Vivaldi"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_MACHINES: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_IN_THE_HAND: Final = frozenset(("iPhone", "Android"))


def device_in_words(user_agent: str) -> str:
    """Names of products, the same in every language; empty when neither is known."""
    told = user_agent[:_LONGEST]
    return ", ".join(filter(None, (_first(_BROWSERS, told), _first(_MACHINES, told))))


def device_icon(device: str) -> str:
    """The icon that goes with such words."""
    machine = device.rpartition(", ")[2]
    if machine == "iPad":
        return "tablet"
    return "smartphone" if machine in _IN_THE_HAND else "monitor"


def _first(names: tuple[tuple[str, str], ...], told: str) -> str:
    return next((word for mark, word in names if mark in told), "")
