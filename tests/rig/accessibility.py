"""What axe finds on a page."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page
from typing_extensions import override

_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_GRAVE = {"serious", "critical"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a page breaks, and where."""

    rule: str
    impact: str
    help: str
    places: tuple[str, ...]

    @override
    def __str__(self) -> str:
        return f"{self.impact}: {self.help} ({self.rule})\n    " + "\n    ".join(self.places)


async def findings_on(page: Page, *rules: str) -> list[Finding]:
    """Serious and critical findings on the page as it stands, of these rules or of all."""
    if not await page.evaluate("'axe' in window"):
        # By evaluation, not as a script of the page's own, which its policy rightly refuses.
        await page.evaluate(_source())
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    result: dict[str, Any] = await page.evaluate("options => axe.run(options)", options)
    return [_read(found) for found in result["violations"] if found["impact"] in _GRAVE]


@functools.cache
def _source() -> str:
    return _AXE.read_text(encoding="utf-8")


def _read(found: dict[str, Any]) -> Finding:
    places = tuple(
        f"{' '.join(map(str, node['target']))}  {node['html'][:120]}" for node in found["nodes"]
    )
    return Finding(found["id"], found["impact"], found["help"], places)
