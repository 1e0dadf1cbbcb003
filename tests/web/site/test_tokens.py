"""Every theme can be read: 4.5:1 for text (7:1 in high contrast), 3:1 for controls."""

import re
from itertools import product
from pathlib import Path

import pytest

import web

TOKENS = Path(web.__file__).parent / "static" / "css" / "tokens.css"
BLOCK = re.compile(r"^\s*(?P<selector>:root[^{]*)\{(?P<body>[^}]*)\}", re.MULTILINE)
COLOUR = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6});")

GROUNDS = ("paper", "surface")
KINDS = ("ask", "event", "swap", "care")
STATES = ("good", "warn", "bad", "info")
TINTS = ("action-tint", *(f"{state}-tint" for state in STATES))

TEXT = [
    *product(("ink", "ink-soft", "action", "action-strong", *KINDS, *STATES), GROUNDS),
    *product(("ink",), TINTS),
    *product(("ink-soft", "action", "action-strong"), ("action-tint",)),
    ("bad", "bad-tint"),
    *product(("on-action",), ("action", "action-strong")),
    *product(("on-bad",), ("bad", "bad-strong")),
    ("paper", "ink"),
    *product(("surface",), ("action", *KINDS)),
]
CONTROLS = [
    *product(("control", "action", "bad", *KINDS), GROUNDS),
    *((state, f"{state}-tint") for state in STATES),
]


def blocks() -> list[tuple[str, dict[str, str]]]:
    css = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(encoding="utf-8"), flags=re.DOTALL)
    found = [
        (match["selector"].strip(), dict(COLOUR.findall(match["body"])))
        for match in BLOCK.finditer(css)
    ]
    return [(selector, colours) for selector, colours in found if colours]


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def is_high_contrast(colours: dict[str, str]) -> bool:
    return {colours["paper"], colours["ink"]} == {"#000000", "#ffffff"}


def test_there_is_a_block_for_every_theme() -> None:
    assert [selector for selector, _ in blocks()] == [
        ":root",
        ':root:not([data-theme="light"], [data-theme="contrast"])',
        ':root[data-theme="dark"]',
        ':root[data-theme="contrast"]',
        ':root[data-theme="auto"]',
        ':root[data-theme="contrast"]',
        ':root[data-theme="auto"]',
    ]


def test_every_theme_sets_every_colour() -> None:
    names = {frozenset(colours) for _, colours in blocks()}
    assert len(names) == 1


def test_a_theme_is_the_same_whether_chosen_or_preferred() -> None:
    _, dark_preferred, dark, contrast_chosen, contrast_preferred, night, night_preferred = (
        colours for _, colours in blocks()
    )
    assert dark_preferred == dark
    assert contrast_chosen == contrast_preferred
    assert night == night_preferred


@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_can_be_read(front: str, back: str) -> None:
    for selector, colours in blocks():
        least = 7 if is_high_contrast(colours) else 4.5
        ratio = contrast(colours[front], colours[back])
        assert ratio >= least, f"{front} on {back} in {selector}: {ratio:.2f}"


@pytest.mark.parametrize(("front", "back"), CONTROLS)
def test_controls_can_be_seen(front: str, back: str) -> None:
    for selector, colours in blocks():
        ratio = contrast(colours[front], colours[back])
        assert ratio >= 3, f"{front} on {back} in {selector}: {ratio:.2f}"
