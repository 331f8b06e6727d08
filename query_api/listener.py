"""Somebody who listens to changes: what waits to be sent to them, which is bounded."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from query_api.told_changes import Told, Wishes

MOST_WAITING_BYTES = 512 * 1024
"""Who takes what is sent slower than that is cut off, and comes back by the last id."""


class Listener:
    def __init__(self, wishes: Wishes, on_end: "Callable[[Listener], None]") -> None:
        self.wishes = wishes
        loop = asyncio.get_running_loop()
        self.heard_at = loop.time()
        self.is_cut: asyncio.Future[None] = loop.create_future()
        self._on_end = on_end
        self._waiting: list[bytes] = []
        self._bytes = 0
        self._is_over = asyncio.Event()
        self._wake = asyncio.Event()

    @property
    def is_over(self) -> bool:
        return self._is_over.is_set()

    def hear(self, told: Told) -> None:
        self.take(told.to(self.wishes))

    def take(self, chunk: bytes) -> None:
        """Something to be sent; too much of it, and the stream is cut."""
        if not chunk or self.is_over:
            return
        self.heard_at = asyncio.get_running_loop().time()
        self._bytes += len(chunk)
        if self._bytes > MOST_WAITING_BYTES:
            self.is_cut.set_result(None)
            self.end()
            return
        self._waiting.append(chunk)
        self._wake.set()

    async def heard(self) -> AsyncIterator[bytes]:
        """What was taken, until the end."""
        while not self.is_over or self._waiting:
            await self._wake.wait()
            self._wake.clear()
            chunk, self._bytes = b"".join(self._waiting), 0
            self._waiting.clear()
            if chunk:
                yield chunk

    async def rest(self, seconds: float) -> None:
        """Waits, but not beyond the end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._is_over.wait()

    def end(self) -> None:
        """No more than what waits is sent."""
        if not self.is_over:
            self._is_over.set()
            self._wake.set()
            self._on_end(self)
