"""Every command explains itself at once, and what was mistyped gets a hint."""

import importlib
import inspect
import subprocess
import sys

import pytest

from tests.rig.source import ROOT
from web.cli.commands import COMMANDS
from web.cli.parsing import parse

NAMES = [command.name for command in COMMANDS]


@pytest.mark.parametrize("name", NAMES)
def test_help_shows_an_example(nowhere, name):
    result = nowhere.did(*name.split(), "--help")
    command = next(each for each in COMMANDS if each.name == name)
    assert result.out.startswith(f"usage: fedparents {name}")
    assert command.summary in result.out
    assert "example:" in result.out
    assert command.example in result.out
    for option in command.options:
        assert option.flags[0] in result.out or option.details["metavar"] in result.out


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_example_is_one_that_the_program_understands(command):
    words = command.example.replace('"read write"', "read+write").split()
    while words[0] != "fedparents":
        assert words.pop(0).startswith("FEDPARENTS_")
    assert parse(words[1:]).command == command


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_command_has_a_function_for_its_arguments(command):
    module, _, name = command.run.partition(":")
    function = getattr(importlib.import_module(f"web.cli.{module}"), name)
    wanted = [name for name in inspect.signature(function).parameters if name != "settings"]
    words = [option.flags[0] for option in command.options]
    given = [
        option.details.get("dest", flag.lstrip("-").replace("-", "_"))
        for option, flag in zip(command.options, words, strict=True)
    ]
    assert sorted(wanted) == sorted(given)


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("help",)])
def test_overview_lists_every_command(nowhere, words):
    result = nowhere.did(*words)
    assert all(name in result.out for name in NAMES)


def test_help_of_a_group_lists_its_commands(nowhere):
    result = nowhere.did("account", "--help")
    assert "account create" in result.out
    assert "token create" not in result.out


def test_help_may_come_first(nowhere):
    assert nowhere.did("help", "db", "upgrade").out == nowhere.did("db", "upgrade", "--help").out


def test_version(nowhere):
    assert nowhere.did("--version").out.startswith("fedparents 0.")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("acount", "list"), "no command `acount`; did you mean `account`?"),
        (("account", "crate"), "no command `account crate`; did you mean `create`?"),
        (("account", "frobnicate"), "there are: create, list, role"),
        (("frobnicate",), "`fedparents --help` lists them"),
        (("account",), "needs one of: create, list, role"),
        (("serv",), "did you mean `serve`?"),
        (("account", "create", "ana", "--email", "a@b.fr", "--confirm"), "`--confirmed`"),
        (("account", "create", "ana"), "--email"),
        (("account", "create", "--email", "a@b.fr"), "NAME"),
        (("token", "revoke", "seven"), "invalid int value: 'seven'"),
        (("serve", "now"), "does not know `now`"),
        (("places", "import", "x.csv"), "--country"),
    ],
)
def test_what_is_mistyped_gets_a_hint(nowhere, words, hint):
    result = nowhere(*words)
    assert result.status == 2
    assert hint in result.complaint
    assert not result.out


def test_bytes_that_are_no_text_are_refused(nowhere):
    result = nowhere.program("account", "create", b"\xff\xfe", "--email", "a@b.fr")
    assert result.complaint == "word 3 is not valid UTF-8"


def test_help_loads_nothing_heavy():
    program = (
        "import sys; from web.cli import main; main(['account', 'create', '--help']);"
        " print(*sorted({'sqlalchemy', 'pydantic', 'starlette', 'jinja2', 'typing_extensions',"
        " 'asyncio', 'babel'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stderr.strip() == ""


def test_a_reader_that_has_heard_enough_is_no_error(nowhere):
    script = "fedparents settings --json | head -c 1"
    environment = nowhere.environment({})
    environment["PATH"] = f"{sys.prefix}/bin:{environment.get('PATH', '')}"
    done = subprocess.run(
        ["sh", "-c", script], cwd=nowhere.folder, env=environment, check=True, capture_output=True
    )
    assert done.stderr == b""
