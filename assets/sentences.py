"""The catalogues of sentences as a program reads them: no start waits for their text to be read."""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

NAME = "catalogues of sentences"


def inputs(root: Path) -> list[Path]:
    return [*_texts(root), root / "assets" / "sentences.py"]


def outputs(root: Path) -> list[Path]:
    return [text.with_suffix(".mo") for text in _texts(root)]


def build(root: Path) -> None:
    for text in _texts(root):
        text.with_suffix(".mo").write_bytes(compiled(text))


def compiled(text: Path) -> bytes:
    """The catalogue of a language, whose tag its folder is called by."""
    made = io.BytesIO()
    write_mo(made, read_po(io.BytesIO(text.read_bytes()), locale=text.parents[1].name))
    return made.getvalue()


def _texts(root: Path) -> list[Path]:
    return sorted((root / "web" / "locale").glob("*/LC_MESSAGES/*.po"))
