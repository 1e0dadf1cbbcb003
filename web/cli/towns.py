"""`fedparents towns`: how this place stands to other towns, and lists of these."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from federation.lists import Plan, TownList, apply_list, plan_list, read_list, write_list
from fedparents.actors.models import Standing
from fedparents.authority import OPERATOR
from fedparents.db import Database
from fedparents.errors import Invalid
from fedparents.settings import Settings
from web.cli.failures import Failed
from web.cli.output import say, warn
from web.cli.place import with_place

_FROM_INPUT: Final = "-"
_MOST_WARNINGS: Final = 20
_WORDS: Final = {
    "list_too_long": "it is too long",
    "list_not_readable": "its quotation marks cannot be read",
}


def import_file(settings: Settings, *, file: str, dry_run: bool) -> None:
    """Keep out and limit what a list names; nothing is lifted by it."""
    listed = _read(file)
    for number in listed.unreadable[:_MOST_WARNINGS]:
        warn(f"line {number} names no town, or says something unknown of it")
    if not listed.towns:
        raise Failed(f"nothing can be taken from {file}: it lists no town")

    async def work(database: Database) -> Plan:
        if dry_run:
            return await database.read(plan_list, listed, by=OPERATOR)
        return await database.write(apply_list, listed, by=OPERATOR)

    plan = with_place(settings, work)
    for host in plan.twins:
        warn(f"{host} is a twin, and stays one")
    would = "Would be" if dry_run else "Are"
    say(
        f"{would} kept out: {plan.count(Standing.BLOCKED)} more; limited:"
        f" {plan.count(Standing.LIMITED)} more. As before: {plan.as_they_are}."
        f" Lines left out: {len(plan.unreadable)}."
    )


def export(settings: Settings) -> None:
    """Print all that is kept out or limited."""

    async def work(database: Database) -> str:
        return await database.read(write_list, by=OPERATOR)

    sys.stdout.write(with_place(settings, work))


def _read(file: str) -> TownList:
    try:
        text = sys.stdin.read() if file == _FROM_INPUT else Path(file).read_text("utf-8")
        return read_list(text)
    except UnicodeDecodeError:
        raise Failed(f"nothing can be taken from {file}: it is no text") from None
    except Invalid as error:
        raise Failed(f"nothing can be taken from {file}: {_WORDS[error.fields['list']]}") from None
