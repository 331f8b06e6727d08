"""How many attempts at one job run at once in this process."""

from collections import deque
from collections.abc import Awaitable, Callable

from jobs.upkeep import Due

_MOST_WAITING = 100


class Turns:
    """What comes beyond waits for one of those at work to end, so that no worker stands idle with it in hand."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: deque[Due] = deque()

    async def take(self, due: Due, attempt: Callable[[Due], Awaitable[None]]) -> None:
        """Attempts it, and then what has come meanwhile; or has it wait, and returns at once."""
        if not self._free:
            if len(self._waiting) < _MOST_WAITING:  # beyond that the sweeper sends it again
                self._waiting.append(due)
            return
        self._free -= 1
        try:
            await attempt(due)
            while self._waiting:
                await attempt(self._waiting.popleft())
        finally:
            self._free += 1
