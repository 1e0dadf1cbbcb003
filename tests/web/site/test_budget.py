"""What a parent's phone has to fetch stays small, and nothing in it points somewhere else."""

import gzip
import re
from pathlib import Path

import pytest

import web

STATIC = Path(web.__file__).parent / "static"
STYLES = sorted([*(STATIC / "css").glob("*.css"), STATIC / "vendor" / "modern-normalize.css"])
DEVELOPERS = {"devmail.css"}
"""On no page of a place that people use."""
SCRIPTS = sorted([*(STATIC / "js").glob("*.js"), *(STATIC / "vendor").glob("*.js")])
DRAWINGS = sorted((STATIC / "images").glob("*.svg"))
KIBIBYTE = 1024


def compressed(files: list[Path]) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 6)) for file in files)


def test_styles_fit_their_budget() -> None:
    sent = [style for style in STYLES if style.name not in DEVELOPERS]
    assert compressed(sent) <= 20 * KIBIBYTE


def test_scripts_fit_their_budget() -> None:
    assert compressed(SCRIPTS) <= 25 * KIBIBYTE


def test_icons_fit_their_budget() -> None:
    assert compressed([STATIC / "vendor" / "icons.svg"]) <= 8 * KIBIBYTE


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_a_style_refers_to_no_other_file(style: Path) -> None:
    """A file's address holds its content's digest, so a relative reference could not be right."""
    assert not re.search(r"@import|url\(", style.read_text(encoding="utf-8"))


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: path.name)
def test_a_drawing_needs_nothing_from_outside(drawing: Path) -> None:
    text = drawing.read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\"]+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<script|<style|style=|href=", text)


def test_what_is_vendored_travels_with_its_licence() -> None:
    notice = (STATIC / "vendor" / "NOTICE.txt").read_text(encoding="utf-8")
    for package in ("htmx.org", "modern-normalize", "lucide-static"):
        assert re.search(rf"^{re.escape(package)} \d+\.\d+\.\d+ \(", notice, re.MULTILINE)
