"""How many bytes a browser transfers for a page: the first time, and when it knows the place."""

from __future__ import annotations

from tests.rig.browser import chromium


async def page_weights(url: str) -> tuple[float, float]:
    """KB over the wire for the first load in a fresh browser, and for a second one."""
    async with chromium() as browser:
        context = await browser.new_context(service_workers="block", locale="fr")
        page = await context.new_page()
        wire = await context.new_cdp_session(page)
        transferred = {"bytes": 0.0}

        def count(event: dict[str, float]) -> None:
            transferred["bytes"] += event["encodedDataLength"]

        wire.on("Network.loadingFinished", count)
        await wire.send("Network.enable")
        weights = []
        for _ in range(2):
            transferred["bytes"] = 0
            await page.goto(url, wait_until="networkidle")
            weights.append(transferred["bytes"] / 1000)
        await context.close()
        return weights[0], weights[1]
