"""Holds a queue back while the other side of its jobs cannot be reached."""

import asyncio
from time import monotonic

_FIRST_S, _LONGEST_S = 0.5, 10.0


class Gate:
    """Closed by whoever found nobody there. Then one at a time goes through to look, ever more seldom."""

    def __init__(self) -> None:
        self._pause_s = 0.0
        self._next_look = 0.0
        self._is_open = asyncio.Event()
        self._is_open.set()

    async def go_through(self) -> None:
        """Returns at once while the gate is open, and else when it is opened, or when it is one's turn to look."""
        while not self._is_open.is_set():
            rest_s = self._next_look - monotonic()
            if rest_s <= 0:
                self._next_look = monotonic() + self._pause_s
                return
            try:
                async with asyncio.timeout(rest_s):
                    await self._is_open.wait()
            except TimeoutError:
                pass

    def close(self) -> None:
        self._pause_s = min(_LONGEST_S, 2 * self._pause_s or _FIRST_S)
        self._next_look = monotonic() + self._pause_s
        self._is_open.clear()

    def open(self) -> None:
        self._pause_s = 0.0
        self._is_open.set()
