"""Imports point inward, and each library that we fence in is behind its fence."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rig.source import PACKAGES, ROOT, Module, modules

FENCED = {
    "bovine": {"federation/vocab.py", "federation/keys.py"},
    "httpx2": {"federation/transport.py"},
    "pysqlite3": {"fedparents/db/sqlite.py"},
    "aiosmtplib": {"web/mail/smtp.py"},
}


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [f"--contract={contract}" for contract in contracts]
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo", *chosen],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        check=False,
        capture_output=True,
        text=True,
    )


def test_contracts_hold():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [
        ("rings", "fedparents/planted.py", "import web.tables"),
        ("rings", "federation/planted.py", "from web import tables"),
        ("core-knows-no-wire", "fedparents/planted.py", "import starlette.requests"),
        ("core-knows-no-wire", "fedparents/db/planted.py", "from jinja2 import Environment"),
        ("federation-serves-nothing", "federation/planted.py", "import starlette"),
        ("rooms", "fedparents/db/planted.py", "import fedparents.accounts.models"),
    ],
)
def test_planted_import_breaks_its_contract(tmp_path, contract, file, line):
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=lambda folder, names: [
                name
                for name in names
                if not (name.endswith(".py") or (Path(folder) / name).is_dir())
            ],
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / file).write_text(f"{line}\n")
    result = lint(tmp_path, contract)
    assert result.returncode == 1, result.stdout
    assert "planted" in result.stdout


@pytest.mark.parametrize("library", FENCED)
def test_library_stays_behind_its_fence(library):
    users = {module.path for module in modules() if library in imported(module)}
    assert users <= FENCED[library]


def imported(module: Module) -> set[str]:
    """The top-level names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in module.nodes():
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names
