"""Writes the tables of FEDERATION.md from what the program does: `make tables`.

With `--check` nothing is written, and it fails when the page says something else.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from federation import (
    fetching,
    group_posts,
    group_receiving,
    incoming,
    reading,
    remote_keys,
    transport,
)
from federation.border import LARGEST_PASSED_ON, PARTS, SHAPES
from federation.delivery import states
from federation.discovery import FRESH_FOR
from federation.errors import Refusal
from federation.inbox import KNOWN_FOR, RECEIVERS
from federation.objects.actors import ACTORS
from web.activitypub.inbox import ANSWERS, LARGEST

PAGE: Final = Path(__file__).parents[2] / "FEDERATION.md"
_MARKED: Final = re.compile(r"(<!-- table: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_UNITS: Final = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_KIB, _MIB = 1024, 1024 * 1024


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m web.activitypub.reference", description=__doc__
    )
    parser.add_argument("--check", action="store_true", help="write nothing, fail when outdated")
    is_check = parser.parse_args().check
    found = PAGE.read_text(encoding="utf-8")
    wanted = brought_up_to_date(found)
    if found == wanted:
        return 0
    if is_check:
        print("FEDERATION.md has tables of another version: run `make tables`")
        return 1
    PAGE.write_text(wanted, encoding="utf-8")
    print("FEDERATION.md is up to date.")
    return 0


def brought_up_to_date(page: str) -> str:
    """The page with its tables as they should be; raises KeyError for a mark that names none."""
    return _MARKED.sub(lambda m: f"{m[1]}{TABLES[m[2]]()}\n{m[3]}", page)


def _activities() -> str:
    """What is sent and what is worked on; `SHAPES` is what may leave, `RECEIVERS` who works."""
    sent = {kind for kind, allowed in SHAPES.items() if {"actor", "object"} <= allowed}
    rows = [
        (
            f"`{verb}`",
            "yes" if verb in sent else "no",
            "yes" if verb in RECEIVERS else "no",
            _sentence_of(verb),
        )
        for verb in sorted(sent | RECEIVERS.keys())
    ]
    return _table(("activity", "may leave", "taken", "what it says"), rows)


def _sentence_of(verb: str) -> str:
    """From the head of the file in which the verb is at home: "`Follow`: somebody wants …"."""
    home = f"federation.activities.{re.sub('(?<=.)(?=[A-Z])', '_', verb).lower()}"
    if verb in RECEIVERS:
        home = RECEIVERS[verb].__module__
    if importlib.util.find_spec(home) is None:
        return ""
    head = (inspect.getdoc(importlib.import_module(home)) or "").partition("\n\n")[0]
    words = " ".join(head.partition(": ")[2].split())
    return words.partition(". ")[0].rstrip(".")


def _objects() -> str:
    """Every property that can leave, by the types that may carry it."""
    kinds: dict[frozenset[str], list[str]] = defaultdict(list)
    for kind, allowed in SHAPES.items():
        kinds[allowed].append(f"`{kind}`")
    rows = [(", ".join(names), _names(allowed)) for allowed, names in kinds.items()]
    rows += [(f"in `{name}`", _names(allowed)) for name, allowed in _by_content(PARTS)]
    return _table(("of a", "leave"), rows)


def _by_content(parts: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, frozenset[str]]]:
    names: dict[frozenset[str], list[str]] = defaultdict(list)
    for name, allowed in parts.items():
        names[allowed].append(name)
    for allowed, found in names.items():
        yield "`, `".join(found), allowed


def _names(allowed: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(allowed))


def _actors() -> str:
    rows = [
        (", ".join(f"`{name}`" for name in each.types), f"`{each.types[0]}`") for each in ACTORS
    ]
    return _table(("of others", "count as"), rows)


def _answers() -> str:
    return _table(("answer", "when"), [(str(status), text) for status, text in ANSWERS.items()])


def _refusals() -> str:
    """In the order in which they are looked for, where one request has several."""
    return "\n".join(f"- {each.value}" for each in Refusal)


def _limits() -> str:
    rows = [
        ("a body left in an inbox", _size(LARGEST)),
        ("what a group passes on", _size(LARGEST_PASSED_ON)),
        ("what one guest says in a group", f"{group_receiving.SAID_AT_MOST} an hour"),
        ("what a group tells of one post", f"{group_posts.TOLD_AT_MOST} an hour"),
        ("a document that is fetched", _size(transport.LARGEST_ANSWER)),
        ("keys of one site that strangers name", f"{remote_keys.OF_ONE_SITE} a minute"),
        ("keys that one stranger names", f"{remote_keys.FOR_A_STRANGER} a minute"),
        ("questions to others because of one site", f"{fetching.OF_OTHERS} a minute"),
        ("pictures of one site that are fetched", f"{fetching.PICTURES} a minute"),
        ("time for an answer", _span(timedelta(seconds=transport.TOTAL_SECONDS))),
        ("redirects", str(transport.MOST_REDIRECTS)),
        ("levels of JSON", f"{reading.DEEPEST:,}"),
        ("things in a list", f"{reading.LONGEST_LIST:,}"),
        ("letters of a text", f"{reading.LONGEST_TEXT:,}"),
        ("letters of an address", f"{reading.LONGEST_URI:,}"),
        ("age of a signature", _span(incoming.OLDEST)),
        ("a signature from the future", _span(incoming.EARLIEST)),
        ("the same activity is known for", _span(KNOWN_FOR)),
        ("actors are looked at again after", _span(FRESH_FOR)),
        ("a letter is tried for", _span(states.LASTS)),
        ("one that takes something back", _span(states.LASTS_WHEN_TAKING_BACK)),
        ("pauses while a town does not answer", ", ".join(map(_span, states.BACK_OFF))),
        ("it sleeps after", _span(states.ASLEEP_AFTER)),
        ("and is called again every", _span(states.PROBE)),
        ("connections to a town at once", str(states.AT_ONCE[1])),
    ]
    return _table(("of", "at most"), rows)


def _size(count: int) -> str:
    return f"{count // _MIB} MiB" if count >= _MIB else f"{count // _KIB} KiB"


def _span(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    unit, name = next(each for each in _UNITS if seconds % each[0] == 0)
    count = seconds // unit
    return f"{count} {name}{'s' if count > 1 else ''}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "activities": _activities,
    "actors": _actors,
    "answers": _answers,
    "limits": _limits,
    "objects": _objects,
    "refusals": _refusals,
}
"""By the name that stands at their mark in the page."""


if __name__ == "__main__":
    sys.exit(main())
