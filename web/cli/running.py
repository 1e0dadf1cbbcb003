"""Runs a command that was found: reads the settings, warns of mistyped ones, loads its code."""

from __future__ import annotations

import gc
import importlib
import sys
from types import ModuleType

from fedparents.errors import FedparentsError
from fedparents.settings import SettingsError, read_settings, unknown_settings
from web.cli.failures import Failed, in_words
from web.cli.output import warn
from web.cli.parsing import Request


def run(request: Request) -> int:
    """The exit status; a command that returns none has succeeded. Raises Failed."""
    if request.command is None:
        raise ValueError("nothing to run")
    try:
        settings = read_settings()
        unknown = unknown_settings()
    except SettingsError as error:
        raise Failed(str(error)) from None
    for name, near in unknown.items():
        warn(f"{name} is no setting" + (f"; did you mean {near}?" if near else ""))
    module, _, function = request.command.run.partition(":")
    try:
        status = getattr(_load(f"web.cli.{module}"), function)(settings, **request.arguments)
    except FedparentsError as error:
        raise Failed(in_words(error)) from error
    return int(status or 0)


def _load(module: str) -> ModuleType:
    """Loading makes no garbage, and looking for some would take a sixth of a server's start: what
    is there when all is loaded stays, and is not looked through again either."""
    if loaded := sys.modules.get(module):
        return loaded
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        gc.freeze()
        gc.enable()
