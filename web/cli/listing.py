"""`fedparents settings`: what the operator can set, what is set, and where."""

from __future__ import annotations

import json
import shutil
import textwrap
from dataclasses import asdict
from typing import Final

from fedparents.settings import SettingLine, Settings, list_settings
from web.cli.output import say

_INDENT: Final = "    "


def show(settings: Settings, *, as_json: bool) -> None:
    """Every setting with its sentence; the value of a secret stays hidden."""
    lines = list_settings(settings)
    if as_json:
        say(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=2))
        return
    width = max(len(line.name) for line in lines)
    for line in lines:
        say(f"{line.name:<{width}} = {line.value or '(empty)'}  [{line.source}]")
        say(_wrapped(line))


def _wrapped(line: SettingLine) -> str:
    return textwrap.fill(
        line.description,
        shutil.get_terminal_size().columns,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
    )
