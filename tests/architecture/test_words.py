"""What the code can say has words for people; what operators can set and run is written down."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from fedparents import errors
from fedparents.settings import PREFIX, Settings
from tests.rig.source import ROOT, Module, modules
from web.cli.commands import COMMANDS
from web.i18n.words import WORDS

ERRORS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.FedparentsError)
}
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("deploy/**/*.md")]


def raised_codes(module: Module) -> Iterator[tuple[str, str]]:
    """Each literal code that a module raises, with where."""
    for node in module.nodes():
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id not in ERRORS or not node.args:
            continue
        given = node.args[0]
        values = given.values if isinstance(given, ast.Dict) else [given]
        for value in values:
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value, module.at(node)


def own_words(module: Module) -> set[str]:
    """The codes for which a form has words of its own: `{"code": N_("…")}`."""
    return {
        str(key.value)
        for node in module.nodes()
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant)
        and isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == "N_"
    }


def test_every_code_has_words():
    known = set(WORDS).union(*(own_words(module) for module in modules()))
    missing = {
        code: where
        for module in modules()
        for code, where in raised_codes(module)
        if code not in known
    }
    assert not missing


def test_every_kind_of_error_has_words():
    codes = {getattr(errors, name).default_code for name in ERRORS}
    assert codes <= set(WORDS)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_setting_explains_itself(name):
    field = Settings.model_fields[name]
    assert field.description
    assert field.description.endswith(".")
    assert field.examples


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_command_explains_itself(command):
    assert command.summary
    assert f"fedparents {command.name}" in command.example


def test_every_setting_is_documented():
    names = {PREFIX + name.upper() for name in Settings.model_fields}
    assert not {name for name in names if name not in documents()}


def test_every_command_is_documented():
    names = {f"fedparents {command.name}" for command in COMMANDS}
    assert not {name for name in names if name not in documents()}


def documents() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
