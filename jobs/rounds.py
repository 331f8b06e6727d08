"""What goes on whatever happens: a round of work, then rest until there is more to do."""

import asyncio
from abc import ABC, abstractmethod

import structlog

_logger = structlog.get_logger()


class Rounds(ABC):
    """Of one kind of work.

    Args:
        complaint: what is not done when a round breaks; said once a round.
        longest_s: how long to rest after a round that broke.
        gather_s: how long what woke it is given company before the next round.
    """

    def __init__(self, complaint: str, longest_s: float, gather_s: float = 0) -> None:
        self._complaint, self._longest_s, self._gather_s = complaint, longest_s, gather_s
        self._is_woken = asyncio.Event()
        self.trouble: list[str] = []

    @abstractmethod
    async def turn(self) -> float:
        """Does what is to be done; says how many seconds there is nothing to do."""

    def wake(self) -> None:
        """There is something new, which may come before what it rests for."""
        self._is_woken.set()

    async def run(self) -> None:
        while True:
            self._is_woken.clear()
            try:
                pause_s = await self.turn()
                self.trouble = []
            except Exception as error:  # whatever happens, what comes next has its time
                self.trouble = [f"{self._complaint}: {type(error).__name__}"]
                _logger.warning(self._complaint, cause=type(error).__name__, exc_info=error)
                pause_s = self._longest_s
            await self._rest(pause_s)
            await asyncio.sleep(self._gather_s)

    async def _rest(self, pause_s: float) -> None:
        try:
            async with asyncio.timeout(pause_s):
                await self._is_woken.wait()
        except TimeoutError:
            pass
