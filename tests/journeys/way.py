"""How somebody goes through a day: language, screen, scripts, hands and light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playwright.async_api import ViewportSize
from typing_extensions import override

from tests.rig.browser import PHONE, Device


@dataclass(frozen=True, slots=True)
class Way:
    language: str
    width: int
    javascript: bool = True
    keyboard: bool = False
    colours: Literal["light", "dark"] = "light"

    @property
    def device(self) -> Device:
        desk: ViewportSize = {"width": self.width, "height": 800}
        return Device(
            viewport=PHONE if self.width == PHONE["width"] else desk,
            javascript=self.javascript,
            colours=self.colours,
            language=self.language,
        )

    @override
    def __str__(self) -> str:
        scripts = "scripts" if self.javascript else "plain"
        hands = "keyboard" if self.keyboard else "hand"
        return f"{self.language}-{self.width}-{scripts}-{hands}-{self.colours}"
