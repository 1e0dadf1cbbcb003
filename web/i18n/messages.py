"""Collects the sentences that people read into the catalogues: `make messages`.

With `--check` nothing is written, and it fails when a catalogue lacks a sentence.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from fedparents.instance.service import LANGUAGES
from web.i18n.languages import DOMAIN, FOLDER

ROOT: Final = Path(__file__).parents[2]
_SOURCES: Final = ("web",)
_TEMPLATES: Final = (".html", ".jinja", ".webmanifest")
_JINJA_OPTIONS: Final = {
    "trimmed": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "newstyle_gettext": "true",
    "silent": "false",
    "encoding": "utf-8",
}
_KEYWORDS: Final[dict[str, tuple[int | tuple[int, str], ...] | None]] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_WIDTH: Final = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one language is."""

    tag: str
    missing: tuple[str, ...]
    count: int

    @property
    def line(self) -> str:
        done = self.count - len(self.missing)
        return f"{self.tag}: {done} of {self.count} sentences"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m web.i18n.messages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when incomplete")
    is_check = parser.parse_args().check
    found = collect()
    standings = [_bring_up_to_date(tag, found, write=not is_check) for tag in translated_tags()]
    for standing in standings:
        print(standing.line)
        for message in standing.missing:
            print(f"  missing: {message}")
    return 1 if is_check and any(standing.missing for standing in standings) else 0


def translated_tags() -> list[str]:
    """The languages that need a catalogue: English is what the sentences are written in."""
    return [tag for tag in LANGUAGES if tag != "en"]


def collect(root: Path = ROOT) -> Catalog:
    """Every sentence of the program and its templates."""
    catalog = Catalog(project="fedparents", charset="utf-8")
    for path in sorted(_files(root)):
        name = path.relative_to(root).as_posix()
        is_template = path.suffix in _TEMPLATES
        with path.open("rb") as file:
            messages = extract(
                "jinja2.ext:babel_extract" if is_template else "python",
                file,
                keywords=_KEYWORDS,
                comment_tags=("Translators:",),
                options=_JINJA_OPTIONS if is_template else {},
                strip_comment_tags=True,
            )
            for _line, message, comments, context in messages:
                catalog.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return catalog


def read_catalogue(tag: str, folder: Path = FOLDER) -> Catalog:
    """What has been translated so far."""
    path = catalogue_path(tag, folder)
    if not path.exists():
        return Catalog(
            locale=tag,
            project="fedparents",
            charset="utf-8",
            header_comment="# The sentences of fedparents. `make messages` adds new ones.",
            last_translator="the fedparents founders",
            language_team=tag,
            version="1",
            msgid_bugs_address="the issues of the project",
            fuzzy=False,
        )
    return read_po(io.BytesIO(path.read_bytes()), locale=tag)


def catalogue_path(tag: str, folder: Path = FOLDER) -> Path:
    return folder / tag / "LC_MESSAGES" / f"{DOMAIN}.po"


def standing_of(tag: str, found: Catalog, translated: Catalog) -> Standing:
    """Which of the sentences found have no (sure) translation."""
    messages = [message for message in found if message.id]
    missing = [_first(message) for message in messages if not is_translated(message, translated)]
    return Standing(tag, tuple(missing), len(messages))


def _bring_up_to_date(tag: str, found: Catalog, *, write: bool) -> Standing:
    catalogue = read_catalogue(tag)
    standing = standing_of(tag, found, catalogue)
    if write:
        catalogue.update(found, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        if tag == "fr":
            _harden_spaces(catalogue)
        path = catalogue_path(tag)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(
                file, catalogue, width=_WIDTH, omit_header=False, include_lineno=False,
                sort_by_file=True,
            )  # fmt: skip
    return standing


def _harden_spaces(catalogue: Catalog) -> None:
    """French keeps its double signs on the line of their word: hard spaces, which nobody types."""
    for message in catalogue:
        if message.id and isinstance(message.string, str):
            message.string = harden_spaces(message.string)
        elif message.id and message.string:
            message.string = tuple(map(harden_spaces, message.string))


def harden_spaces(french: str) -> str:
    """Narrow ones before ; ! ? and inside quotation marks, a whole one before a colon.

    The hyphen of "e-mail" holds too: a line that begins with "mail" reads as another word.
    """
    french = re.sub(r" ([;!?»])", "\u202f\\1", french)
    french = french.replace("« ", "«\u202f").replace("e-mail", "e\u2011mail")
    return french.replace(" :", "\u00a0:")


def is_translated(message: Message, translated: Catalog) -> bool:
    """Whether every form of a sentence has been written, and by somebody sure of it."""
    there = translated.get(message.id, message.context)
    if there is None or there.fuzzy:
        return False
    if there.string is None or isinstance(there.string, str):
        return bool(there.string)
    return bool(there.string) and all(there.string)


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _files(root: Path) -> Iterator[Path]:
    for source in _SOURCES:
        for path in (root / source).rglob("*"):
            if path.suffix == ".py" or path.suffix in _TEMPLATES:
                yield path


if __name__ == "__main__":
    sys.exit(main())
