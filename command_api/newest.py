"""How far the log has got, read once for all who ask at once."""

import asyncio
from collections.abc import Awaitable, Callable

from engine.log.reader import LogHead
from kit.consistency import ConsistencyToken


class Newest:
    """Gives tokens of everything that was stored before they were asked for.

    One reading is under way at a time. Who asks meanwhile may have stored what it does not see, and shares the next.
    """

    def __init__(self, read: Callable[[], Awaitable[LogHead]]) -> None:
        self._read = read
        self._turn = asyncio.Lock()
        self._next: asyncio.Task[ConsistencyToken] | None = None

    async def token(self) -> ConsistencyToken:
        if self._next is None:
            self._next = asyncio.create_task(self._read_next())
        return await asyncio.shield(self._next)

    async def _read_next(self) -> ConsistencyToken:
        async with self._turn:
            self._next = None  # it begins now: for who asks from here on it may be too old
            head = await self._read()
        return ConsistencyToken(head.epoch, dict(enumerate(head.sequences)))
