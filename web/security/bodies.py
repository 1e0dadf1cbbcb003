"""How much a request may send and how long it may take: counted as it comes, not as claimed."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

MIB: Final = 1024 * 1024
LARGEST: Final = MIB
LARGEST_HEAD: Final = 32 * 1024
SECONDS_TO_START: Final = 30.0
"""How long a body may take before its bytes begin to buy time."""
SLOWEST: Final = 16 * 1024
"""Bytes that buy one more second: a photo from a slow phone passes, a dripping tap does not."""
SECONDS_TO_ANSWER: Final = 30.0


class BoundedBody:
    """The `receive` of one request; raises 413 when it is too large and 408 when it is too slow."""

    def __init__(self, receive: Receive, *, at_most: int, declared: str) -> None:
        if declared and not declared.isdecimal():
            raise HTTPException(400)
        self._declared = int(declared or 0)
        self._receive = receive
        self._at_most = at_most
        self.narrow(at_most)
        self._received = 0
        self._is_complete = False
        self._begun = asyncio.get_running_loop().time()

    def narrow(self, at_most: int) -> None:
        """Take no more than this either; raises 413 when it is known already that more comes."""
        self._at_most = min(self._at_most, at_most)
        if self._declared > self._at_most:
            raise HTTPException(413)

    async def __call__(self) -> Message:
        if self._is_complete:
            return await self._receive()  # whoever waits now waits for the browser to go away
        until = self._begun + SECONDS_TO_START + self._received / SLOWEST
        try:
            async with asyncio.timeout_at(until):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None
        self._received += len(message.get("body", b""))
        if self._received > self._at_most:
            raise HTTPException(413)
        self._is_complete = not message.get("more_body", False)
        return message
