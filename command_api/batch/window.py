"""How much of a batch may be under way at once: lines, their bytes, and answers that nobody has read yet."""

import asyncio
from collections.abc import Callable

LINES = 256
"""Enough to fill a group append."""
LINE_BYTES = 8 << 20
UNREAD_BYTES = 1 << 20
"""A client may write everything first when all answers fit here (and in the socket's buffers): over 5,000 lines."""


class Window:
    """Counts what is under way; `enter` waits until there is room."""

    def __init__(self, *, lines: int = LINES, line_bytes: int = LINE_BYTES, unread_bytes: int = UNREAD_BYTES) -> None:
        self._most_lines, self._most_bytes, self._most_unread = lines, line_bytes, unread_bytes
        self._lines, self._bytes, self._unread = 0, 0, 0
        self._changed = asyncio.Event()

    @property
    def lines(self) -> int:
        return self._lines

    async def enter(self, size_bytes: int) -> None:
        """Takes room for one line; a line larger than all the room goes alone."""
        await self._until(lambda: self._has_room(size_bytes))
        self._lines += 1
        self._bytes += size_bytes

    def leave(self, size_bytes: int, answer_bytes: int) -> None:
        """The line is answered: its room is free, its answer waits to be read."""
        self._lines -= 1
        self._bytes -= size_bytes
        self._unread += answer_bytes
        self._changed.set()

    def read(self, answer_bytes: int) -> None:
        self._unread -= answer_bytes
        self._changed.set()

    async def emptied(self) -> None:
        """Waits until no line is under way."""
        await self._until(lambda: self._lines == 0)

    def _has_room(self, size_bytes: int) -> bool:
        fits = self._lines == 0 or self._bytes + size_bytes <= self._most_bytes
        return fits and self._lines < self._most_lines and self._unread < self._most_unread

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._changed.clear()
            await self._changed.wait()
