"""Serves `web/static` under addresses that name the content: browsers may keep them for ever."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from typing_extensions import override

DIRECTORY: Final = Path(__file__).parent / "static"
PREFIX: Final = "/static"

_ICONS = "vendor/icons.svg"
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _Seen:
    modified: int
    size: int
    digest: str


@dataclass
class Assets:
    """Knows the digest of each file. `watch` looks at the disk again each time, for development."""

    directory: Path = DIRECTORY
    watch: bool = False
    _seen: dict[str, _Seen] = field(default_factory=dict, repr=False)
    _drawn: dict[tuple[str, bool], Markup] = field(default_factory=dict, repr=False)

    def url(self, path: str) -> str:
        """The address of a file; a file that is not there is a mistake in the page that asks."""
        return f"{PREFIX}/{self.digest(path)}/{path}"

    def digest(self, path: str) -> str:
        seen = self._seen.get(path)
        if seen is not None and not self.watch:
            return seen.digest
        file = self._file(path)
        state = file.stat()
        if seen is None or (seen.modified, seen.size) != (state.st_mtime_ns, state.st_size):
            digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
            seen = self._seen[path] = _Seen(state.st_mtime_ns, state.st_size, digest)
        return seen.digest

    def icon(self, name: str, *, turns: bool = False) -> Markup:
        """An icon of the sheet. `turns` is for arrows, which turn round in right-to-left pages."""
        drawn = None if self.watch else self._drawn.get((name, turns))
        if drawn is None:
            drawn = self._drawn[name, turns] = self._draw(name, turns=turns)
        return drawn

    def _draw(self, name: str, *, turns: bool) -> Markup:
        if name not in self.icon_names:
            raise LookupError(f"no icon {name!r}: add it to assets/icons.txt, run python -m assets")
        kind = "icon turns" if turns else "icon"
        return Markup(
            '<svg class="{}" width="24" height="24" viewBox="0 0 24 24" '
            'aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
        ).format(kind, self.url(_ICONS), name)

    @cached_property
    def icon_names(self) -> frozenset[str]:
        sheet = self._file(_ICONS).read_text(encoding="utf-8")
        return frozenset(re.findall(r'<symbol id="([^"]+)"', sheet))

    def globals(self) -> Mapping[str, object]:
        """What templates call."""
        return {"static": self.url, "icon": self.icon}

    def _file(self, path: str) -> Path:
        file = self.directory / path
        inside = os.path.normpath(path) == path and not path.startswith(("..", "/"))
        if not inside or not file.is_file():
            raise FileNotFoundError(f"web/static has no file {path!r}")
        return file


class HashedFiles(StaticFiles):
    """Answers `/static/<digest>/<path>`; with any other digest the file does not exist."""

    def __init__(self, assets: Assets) -> None:
        super().__init__(directory=assets.directory)
        self._assets = assets

    @override
    async def get_response(self, path: str, scope: Scope) -> Response:
        digest, _, name = path.replace(os.sep, "/").partition("/")
        if not self._is_current(digest, name):
            raise HTTPException(status_code=404)
        response = await super().get_response(name, scope)
        if response.status_code in (200, 206, 304):
            response.headers["Cache-Control"] = _FOR_EVER
        return response

    def _is_current(self, digest: str, name: str) -> bool:
        try:
            return self._assets.digest(name) == digest
        except (OSError, ValueError):  # also a name that is longer than names can be
            return False
