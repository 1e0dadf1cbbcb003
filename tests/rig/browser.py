"""Chromium as parents hold it: a phone or a desktop, with and without JavaScript."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    async_playwright,
    expect,
)

RESULTS = Path(__file__).parents[2] / "var" / "test-results"
PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
# Whoever translates a page into another language may need forty percent more room.
LENGTHEN = """() => {
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const text = words.currentNode.data.trim();
    words.currentNode.data += ' ' + text.slice(0, Math.ceil(text.length * 0.4));
  }
}"""
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"
PATIENCE = 45_000
"""Milliseconds for anything that has to come up. Only what never comes takes so long; a machine
that is busy with other tests takes a few seconds now and then."""
expect.set_options(timeout=PATIENCE)
# Without these it calls its maker at every start.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
# A 404 or 422 is an answer like any other, though the browser notes it as an error; whoever looks
# inside a mail from outside is told that nothing may run there.
_EXPECTED = re.compile(
    r"Failed to load resource: the server responded with a status of 4\d\d"
    r"|Blocked script execution in '\S+/dev/mail/\S+' because"
)


@dataclass(frozen=True, slots=True)
class Device:
    """What a person holds and how they have set it."""

    viewport: ViewportSize = field(default_factory=lambda: PHONE)
    javascript: bool = True
    colours: Literal["light", "dark"] = "light"
    contrast: Literal["more", "no-preference"] = "no-preference"
    language: str = "en"


@dataclass
class Visits:
    """The pages that one test has open, and what went wrong in them unseen.

    `traces` records every step for the one who reads a failure, at a quarter of the time.
    """

    browser: Browser
    traces: bool = False
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def open(self, address: str = "", device: Device | None = None) -> Page:
        """A device that nobody has used yet, on a page at `address`."""
        device = device or Device()
        context = await self.browser.new_context(
            base_url=address or None,
            viewport=device.viewport,
            java_script_enabled=device.javascript,
            color_scheme=device.colours,
            contrast=device.contrast,
            locale=device.language,
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
            has_touch=device.viewport == PHONE,
        )
        context.set_default_timeout(PATIENCE)
        if self.traces:
            await context.tracing.start(snapshots=True)
        self.contexts.append(context)
        context.on("console", self._hear)
        context.on("weberror", lambda event: self.complaints.append(f"script: {event.error}"))
        context.on("request", self._watch)
        page = await context.new_page()
        if address:
            await page.goto(address)
        return page

    async def keep(self, name: str) -> list[Path]:
        """Leave what every device shows, and its trace, for the one who reads the failure."""
        RESULTS.mkdir(parents=True, exist_ok=True)
        kept: list[Path] = []
        for number, context in enumerate(self.contexts, 1):
            place = RESULTS / f"{name}-{number}"
            if self.traces:
                kept.append(place.with_suffix(".zip"))
                await context.tracing.stop(path=kept[-1])
            for page in context.pages:
                kept += [place.with_suffix(".png"), place.with_suffix(".html")]
                await page.screenshot(path=kept[-2], full_page=True)
                kept[-1].write_text(f"<!-- {page.url} -->\n{await page.content()}", "utf-8")
        return kept

    async def close(self) -> None:
        for context in self.contexts:
            await context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        where = message.location["url"]
        if message.type != "error" or _EXPECTED.match(message.text):
            return
        # A page that is open while its place starts anew tries again until somebody answers.
        if urlsplit(where).path == "/events" and "net::ERR_" in message.text:
            return
        self.complaints.append(f"console: {message.text} ({where})")

    def _watch(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host and host not in {"localhost", "127.0.0.1"}:
            self.complaints.append(f"the page asked another host: {request.url}")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("Chromium is missing: `make test` installs it")
    # Chromium's sandbox refuses to start for root.
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=[*_QUIET, *as_root]
        )
        try:
            yield browser
        finally:
            await browser.close()
