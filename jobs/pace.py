"""So many a second, for the sake of whoever takes them."""

import asyncio
from time import monotonic


class Pace:
    """Of one process. Who comes early waits for their turn; nothing is saved up while nobody comes.

    Args:
        a_second: 0: as many as come.
    """

    def __init__(self, a_second: float) -> None:
        self._gap_s = 1 / a_second if a_second else 0.0
        self._next = 0.0

    async def turn(self) -> None:
        now = monotonic()
        at = max(now, self._next)
        self._next = at + self._gap_s
        if at > now:
            await asyncio.sleep(at - now)
