"""Puts the built scripts, styles, icons and places into the wheel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildAssets(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install reads the checkout, where `python -m assets` does the same."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        # Only importable now: a build starts outside the project.
        from assets.builders import build_stale

        build_stale(Path(self.root), say=self.app.display_info)
