"""What we import is what we ask for, and why: what only comes along with another may stay away."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.rig.source import PACKAGES, ROOT, modules


def imported_by_us() -> set[str]:
    """The libraries whose names stand in an import of the three packages."""
    found: set[str] = set()
    for node in (node for module in modules() for node in module.nodes()):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - set(PACKAGES)


def asked_for() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {_plain(re.split(r"[^A-Za-z0-9._-]", line)[0]) for line in project["dependencies"]}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_library_that_is_imported_is_asked_for():
    owners = packages_distributions()
    missing = {
        name
        for name in imported_by_us()
        if not {_plain(owner) for owner in owners.get(name, [name])} & asked_for()
    }
    assert missing == set()


def test_every_library_that_is_asked_for_is_explained():
    document = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = document.partition("## Dependencies")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| ")]
    explained = {_plain(name) for row in rows for name in re.findall(r"[A-Za-z0-9._-]+", row)}
    assert asked_for() - explained == set()
