"""Waiting a little longer each time."""

import asyncio
import random


class Patience:
    """Waits that double up to a bound, with jitter so that two owners do not meet again and again."""

    def __init__(self, first_s: float, most_s: float) -> None:
        self._first_s, self._most_s = first_s, most_s
        self._next_s = first_s

    def reset(self) -> None:
        self._next_s = self._first_s

    async def wait(self) -> None:
        await asyncio.sleep(self._next_s * random.uniform(0.5, 1))  # noqa: S311 - jitter is no secret
        self._next_s = min(self._next_s * 2, self._most_s)
