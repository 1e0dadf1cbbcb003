"""Somebody with a device, who finds things by what they say."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.journeys.hands import Hands
from tests.journeys.mailbox import Letter, Mailroom
from tests.journeys.way import Way
from tests.journeys.words import Words, exactly
from tests.rig.browser import TOO_WIDE


@dataclass(slots=True)
class Person:
    """One person on one device. `sees` looks at a whole screen; the others do one thing on it."""

    name: str
    page: Page
    words: Words
    hands: Hands
    post: Mailroom
    pictures: Path | None = None
    looks: Callable[[Page], Awaitable[None]] | None = None
    """A closer look at every screen."""
    screens: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{self.name.lower().replace('é', 'e')}@example.org"

    async def goes_to(self, address: str) -> None:
        await self.page.goto(address)

    async def sees(self, title: str, **params: object) -> None:
        """A screen of this title is there, in the right language, and fits on the device."""
        shown = self.words(title, **params)
        heading = self.page.get_by_role("heading", level=1)
        await expect(heading).to_have_text(exactly(shown))
        await self.settles()
        await expect(self.page.locator("html")).to_have_attribute("lang", self.words.language)
        assert not await self.page.evaluate(TOO_WIDE), f"{shown}: too wide"
        self.screens.append(title)
        await self.takes_picture(title)
        if self.looks is not None:
            await self.looks(self.page)

    async def settles(self) -> None:
        """The page is there to its end, and its scripts have begun."""
        await self.page.wait_for_load_state("domcontentloaded")

    async def takes_picture(self, name: str) -> None:
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            number = len(list(self.pictures.glob("*.png"))) + 1
            short = re.sub(r"\W+", "-", name).strip("-").lower()
            path = self.pictures / f"{number:02}-{self.name}-{short[:40]}.png"
            await self.page.screenshot(path=path, full_page=True)

    async def reads(self, text: str, **params: object) -> None:
        """This sentence is somewhere on the page."""
        found = self.page.get_by_text(exactly(self.words(text, **params)))
        await expect(found.first).to_be_visible()

    async def presses(self, name: str, *, times: int = 1, **params: object) -> None:
        """A button or a link, in the page itself or else in the frame around it."""
        await self.hands.press(await self.finds(name, **params), times=times)

    async def finds(self, name: str, **params: object) -> Locator:
        """Waited for; what is in the page itself goes before the frame around it."""
        shown = exactly(self.words(name, **params))
        body, main = self.page.locator("body"), self.page.get_by_role("main")
        anywhere, inside = (
            where.get_by_role("button", name=shown).or_(where.get_by_role("link", name=shown))
            for where in (body, main)
        )
        await expect(anywhere.first).to_be_visible()
        await self.settles()
        return inside.first if await inside.count() else anywhere.first

    async def writes(self, label: str, text: str) -> None:
        await self.hands.write(self.field(label), text)

    async def ticks(self, label: str) -> None:
        """A choice or a box."""
        name = exactly(self.words(label))
        main = self.page.get_by_role("main")
        await self.hands.tick(
            main.get_by_role("radio", name=name).or_(main.get_by_role("checkbox", name=name))
        )

    def field(self, label: str) -> Locator:
        """By its label, with or without “(optional)” behind it."""
        main = self.page.get_by_role("main")
        return main.get_by_label(exactly(self.words(label), or_more=True)).and_(
            main.locator("input:not([type=radio], [type=checkbox]), textarea, select")
        )

    async def keeps(self, label: str, text: str) -> None:
        """What was typed is still there."""
        await expect(self.field(label)).to_have_value(text)

    async def gets_mail(self) -> Letter:
        return await self.post.next(self.address)


Somebody = Callable[[str, Way], Awaitable[Person]]
"""`await somebody("Ana", way)`: the fixture that gives people their devices."""
