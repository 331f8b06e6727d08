"""Commands on one stream take turns in a process, so that they do not make one another conflict."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class StreamLocks:
    """A lock a stream, there only while somebody holds or wants it."""

    def __init__(self) -> None:
        self._turns: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, stream: str) -> AsyncIterator[bool]:
        """Gives whether nobody had it."""
        lock, waiting = self._turns.get(stream) or (asyncio.Lock(), 0)
        self._turns[stream] = lock, waiting + 1
        try:
            async with lock:
                yield waiting == 0
        finally:
            _, waiting = self._turns[stream]
            if waiting == 1:
                del self._turns[stream]
            else:
                self._turns[stream] = lock, waiting - 1
