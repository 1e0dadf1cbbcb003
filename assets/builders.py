"""Runs the builders whose outputs are missing or older than what they are made from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from assets import app_icons, frontend, packages, places


class Builder(Protocol):
    """A module that makes files: its name, what it reads, what it leaves, and the making."""

    NAME: str

    def inputs(self, root: Path) -> list[Path]: ...
    def outputs(self, root: Path) -> list[Path]: ...
    def build(self, root: Path) -> None: ...


# In order: the later ones read what the first one installs.
BUILDERS: tuple[Builder, ...] = (packages, frontend, app_icons, places)


def build_stale(root: Path, say: Callable[[str], None]) -> None:
    for builder in BUILDERS:
        if is_fresh(builder, root):
            continue
        say(f"Making {builder.NAME} ...")
        builder.build(root)
        stamp = _stamp(builder, root)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(_fingerprint(builder, root), encoding="ascii")


def is_fresh(builder: Builder, root: Path) -> bool:
    stamp = _stamp(builder, root)
    return (
        stamp.is_file()
        and all(path.exists() for path in builder.outputs(root))
        and stamp.read_text(encoding="ascii") == _fingerprint(builder, root)
    )


def _stamp(builder: Builder, root: Path) -> Path:
    return root / ".cache" / "assets" / builder.NAME.replace(" ", "-")


def _fingerprint(builder: Builder, root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(builder.inputs(root)):
        content = path.read_bytes() if path.is_file() else b""
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()
