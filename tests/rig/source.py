"""The source code as data, for tests that read it."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("fedparents", "federation", "web")
SHIPPED = (*PACKAGES, "schemas")
FOLDERS = (*SHIPPED, "assets", "bench", "deploy", "tests")


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file of the three packages."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def nodes(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)

    def at(self, node: ast.stmt | ast.expr) -> str:
        """Where a node is, as editors and terminals link it."""
        return f"{self.path}:{node.lineno}"


@functools.cache
def modules() -> tuple[Module, ...]:
    return tuple(
        Module(str(path.relative_to(ROOT)), text, ast.parse(text))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for text in [path.read_text(encoding="utf-8")]
    )


@functools.cache
def templates() -> dict[str, str]:
    """The text of each template by its path."""
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "web").rglob("templates/**/*"))
        if path.is_file()
    }


def shipped_files() -> set[str]:
    """Every file below the packages that a wheel has to hold."""
    return {
        str(path.relative_to(ROOT))
        for package in SHIPPED
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def written_files() -> list[Path]:
    """What people wrote: the files of the project without what tools make of them."""
    made = {"__pycache__", "vendor", "built", "data", "node_modules", ".venv", ".sources"}
    inside = [
        path
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not made & set(path.parts)
    ]
    at_top = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    return sorted(inside + at_top)
