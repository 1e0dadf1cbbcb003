"""A photo from the phone to the page while others read: how long it takes, what they notice."""

from __future__ import annotations

import asyncio
import re
import time

import httpx2

from bench.load import Load, closed_loop, pages
from bench.place import Town
from tests.rig.pages import form_with, send_files
from tests.rig.photos import a_file, scene

READERS = 4
_SHOWN = re.compile(r'src="(/media/small/[^"]+)"')


def photo_of_twelve_megapixels() -> bytes:
    return a_file(scene(4000, 3000), quality=88)


async def sent_and_shown(town: Town, photo: bytes) -> tuple[float, Load]:
    """Seconds from the first byte that is sent to the last one that is shown, for one photo after
    the other; and how four others read meanwhile."""
    load = asyncio.create_task(read_home(town, seconds=4))
    async with _phone(town) as phone:
        page = await phone.get("/settings/picture")
        phone.headers["Cookie"] += f"; {page.headers['set-cookie'].partition(';')[0]}"
        token = form_with(page.text, {"picture"}).answers["csrf_token"][0]
        times = []
        while not load.done():
            began = time.perf_counter()
            shown = await _send(phone, token, photo)
            times.append(time.perf_counter() - began)
            await _take_away(phone, token, shown)
    return max(times), await load


async def read_home(town: Town, *, seconds: float) -> Load:
    home = pages(town.host, ["/"], town.members)
    return await closed_loop(town.place.port, home, clients=READERS, seconds=seconds)


def _phone(town: Town) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{town.place.port}",
        headers={"Host": town.host, "Cookie": town.moderator, "Sec-Fetch-Site": "same-origin"},
        timeout=60,
    )


async def _send(phone: httpx2.AsyncClient, token: str, photo: bytes) -> str:
    """As scripts do when a photo has been chosen; its number."""
    fields = {"csrf_token": token}
    field = await send_files(phone, "/media/uploads", fields, "photos", [("photo.jpg", photo)])
    small = _SHOWN.search(field.text)
    if small is None:
        raise RuntimeError(f"the photo was refused: {field.status_code}")
    for path in (small[1], small[1].replace("/small/", "/")):
        (await phone.get(path)).raise_for_status()
    return field.text.partition('name="photo_ids" value="')[2].split()[0]


async def _take_away(phone: httpx2.AsyncClient, token: str, photo_id: str) -> None:
    fields = {"csrf_token": token, "photo_ids": photo_id, "photo_action": f"remove-{photo_id}"}
    (await send_files(phone, "/media/uploads", fields, "photos", [])).raise_for_status()
