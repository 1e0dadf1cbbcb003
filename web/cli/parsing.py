"""Finds the command that was typed and reads its arguments, with a hint for what was mistyped."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from web.cli.commands import COMMANDS, Command
from web.cli.failures import Failed

_HELP: Final = {"-h", "--help"}
_MISUSED: Final = 2


@dataclass(frozen=True, slots=True)
class Request:
    """A command with its arguments, or a text that answers by itself."""

    command: Command | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    text: str = ""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:  # type: ignore[explicit-override]  # typing_extensions takes 23 ms to load, longer than all of help
        raise Failed(f"{message}; `{self.prog} --help` explains it", status=_MISUSED)


def parse(argv: Sequence[str]) -> Request:
    """What is to be done; raises Failed for what does not exist."""
    _require_readable(argv)
    words = list(argv)
    if words[:1] == ["help"]:
        words = [*words[1:], "--help"]
    if words[:1] == ["--version"]:
        return Request(text=_version())
    if not words or words[0] in _HELP:
        return Request(text=_overview(COMMANDS))
    command, rest = _find_command(words)
    if command is None:
        return Request(text=_overview(_group(words[0])))
    if _HELP & set(rest):
        return Request(text=_parser(command).format_help().rstrip())
    return Request(command, _arguments(command, rest))


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint at what was probably meant, to be added to a sentence."""
    found = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean `{found[0]}`?" if found else ""


def _find_command(words: list[str]) -> tuple[Command | None, list[str]]:
    """The command and the words after it; None when only its group's help is wanted."""
    first = words[0]
    by_name = {command.name: command for command in COMMANDS}
    if first in by_name:
        return by_name[first], words[1:]
    group = _group(first)
    if not group:
        known = dict.fromkeys(command.name.split()[0] for command in COMMANDS)
        hint = nearest(first, known) or "; `fedparents --help` lists them"
        raise Failed(f"there is no command `{first}`{hint}", status=_MISUSED)
    seconds = [command.name.split()[1] for command in group]
    if len(words) == 1:
        raise Failed(f"`fedparents {first}` needs one of: {', '.join(seconds)}", status=_MISUSED)
    if words[1] in _HELP:
        return None, []
    found = by_name.get(f"{first} {words[1]}")
    if found is None:
        hint = nearest(words[1], seconds) or f"; there are: {', '.join(seconds)}"
        raise Failed(f"there is no command `{first} {words[1]}`{hint}", status=_MISUSED)
    return found, words[2:]


def _group(word: str) -> list[Command]:
    return [command for command in COMMANDS if command.name.startswith(f"{word} ")]


def _arguments(command: Command, words: list[str]) -> dict[str, Any]:
    parser = _parser(command)
    found, unknown = parser.parse_known_args(_joined(command, words))
    if unknown:
        flags = [flag for option in command.options for flag in option.flags if flag[0] == "-"]
        hint = nearest(unknown[0].partition("=")[0], flags)
        hint = hint or f"; `{parser.prog} --help` lists its options"
        raise Failed(f"`{parser.prog}` does not know `{unknown[0]}`{hint}", status=_MISUSED)
    return vars(found)


def _joined(command: Command, words: list[str]) -> list[str]:
    """Options whose value is taken as written get it in one word, even if it begins with -."""
    verbatim = {flag for option in command.options if option.is_verbatim for flag in option.flags}
    joined: list[str] = []
    rest = iter(words)
    for word in rest:
        value = next(rest, None) if word in verbatim else None
        joined.append(word if value is None else f"{word}={value}")
    return joined


def _parser(command: Command) -> _Parser:
    parser = _Parser(
        prog=f"fedparents {command.name}",
        description=command.description,
        epilog="example:\n" + "\n".join(f"  {line}" for line in command.example.splitlines()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    for option in command.options:
        parser.add_argument(*option.flags, help=option.help, **option.details)
    return parser


def _overview(commands: Sequence[Command]) -> str:
    width = max(len(command.name) for command in commands)
    lines = [f"  {command.name:<{width}}  {command.summary}" for command in commands]
    return "\n".join(
        [
            "usage: fedparents COMMAND [OPTIONS]",
            "",
            *lines,
            "",
            "`fedparents COMMAND --help` explains a command and shows an example.",
            "Settings come from FEDPARENTS_... variables or a .env file in this folder:",
            "`fedparents settings` lists them.",
        ]
    )


def _version() -> str:
    from importlib.metadata import version  # 20 ms that no other command pays

    return f"fedparents {version('fedparents')}"


def _require_readable(argv: Sequence[str]) -> None:
    for number, word in enumerate(argv, 1):
        try:
            word.encode()
        except UnicodeEncodeError:
            raise Failed(f"word {number} is not valid UTF-8", status=_MISUSED) from None
