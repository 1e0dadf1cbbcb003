"""Two ways to use a page: with a finger or mouse, and with the keyboard alone."""

from __future__ import annotations

from typing import Any, Protocol

from playwright.async_api import Locator, Page

_MOST_TABS = 120
# Which element has the focus, and whether somebody who looks at the screen can tell.
_LOOK_AT_FOCUS = """() => {
  const it = document.activeElement;
  if (!it || it === document.body || it === document.documentElement) return null;
  const box = it.getBoundingClientRect();
  let ring = false;
  for (let each = it; each && each !== document.body && !ring; each = each.parentElement) {
    const style = getComputedStyle(each);
    ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  }
  const within = (low, value, high) => Math.max(low, Math.min(value, high));
  const x = within(1, (box.left + box.right) / 2, innerWidth - 2);
  const y = within(1, (box.top + box.bottom) / 2, innerHeight - 2);
  const top = document.elementFromPoint(x, y);
  return {
    what: it.outerHTML.slice(0, 160),
    ring,
    isInView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    isCovered: !top || !(it.contains(top) || top.contains(it)),
  };
}"""
_HAS_FOCUS = "it => it === document.activeElement"
_GROUP_HAS_FOCUS = """it => {
  const other = document.activeElement;
  return other?.type === 'radio' && other.name === it.name && other.form === it.form;
}"""
_IS_BEHIND = """it => Boolean(document.activeElement !== document.body &&
  document.activeElement.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_PRECEDING)"""


class Hands(Protocol):
    async def press(self, target: Locator, *, times: int = 1) -> None: ...

    async def write(self, target: Locator, text: str) -> None: ...

    async def tick(self, target: Locator) -> None:
        """A box or one of several choices."""
        ...


class Finger:
    """Taps where the device can be touched, clicks where it cannot."""

    def __init__(self, *, touches: bool) -> None:
        self._touches = touches

    async def press(self, target: Locator, *, times: int = 1) -> None:
        if times > 1:
            await target.click(click_count=times)
        elif self._touches:
            await target.tap()
        else:
            await target.click()

    async def write(self, target: Locator, text: str) -> None:
        await target.fill(text)

    async def tick(self, target: Locator) -> None:
        await target.check()


class Keyboard:
    """Tab, Shift+Tab, arrows, Enter and Space; wherever the focus comes, it has to be seen."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def press(self, target: Locator, *, times: int = 1) -> None:
        await self.reach(target)
        for _ in range(times):
            await self._page.keyboard.press("Enter")

    async def write(self, target: Locator, text: str) -> None:
        await self.reach(target)
        await self._page.keyboard.press("ControlOrMeta+a")
        await self._page.keyboard.type(text)

    async def tick(self, target: Locator) -> None:
        if await target.is_checked():
            return
        if await target.get_attribute("type") == "radio":
            await self._go_to(target, _GROUP_HAS_FOCUS)
            await self._choose(target)
        else:
            await self.reach(target)
            await self._page.keyboard.press("Space")
        assert await target.is_checked()

    async def reach(self, target: Locator) -> None:
        await self._go_to(target, _HAS_FOCUS)

    async def _go_to(self, target: Locator, is_there: str) -> None:
        await target.wait_for()
        if await target.evaluate(is_there):
            return
        key = "Shift+Tab" if await target.evaluate(_IS_BEHIND) else "Tab"
        lost = 0
        for _ in range(_MOST_TABS):
            await self._page.keyboard.press(key)
            focus: dict[str, Any] | None = await self._page.evaluate(_LOOK_AT_FOCUS)
            # At the end of the page the focus goes round through the browser's own controls.
            lost = lost + 1 if focus is None else 0
            assert lost <= 1, f"the focus is lost on {self._page.url}"
            if focus is not None:
                assert focus["ring"], f"no ring around the focus: {focus['what']}"
                assert focus["isInView"], f"focus outside the screen: {focus['what']}"
                assert not focus["isCovered"], f"focus behind something else: {focus['what']}"
            if await target.evaluate(is_there):
                return
        raise AssertionError(f"Tab never comes to {target} on {self._page.url}")

    async def _choose(self, target: Locator) -> None:
        if await target.evaluate(_HAS_FOCUS):
            await self._page.keyboard.press("Space")
        while not await target.evaluate(_HAS_FOCUS):
            await self._page.keyboard.press("ArrowDown")
