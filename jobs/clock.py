"""Does the jobs that have a time, when it comes: in this process, whatever becomes of the broker."""

import asyncio
from collections.abc import Iterable

import structlog

from jobs.attempts import Attempts
from jobs.job import Job
from jobs.ledger import Ledger

_logger = structlog.get_logger()
_LONGEST_S = 1.0
"""Another process may have entered what comes next."""
_SHORTEST_S = 0.05
_AT_ONCE = 50


class Clock:
    """Sleeps until the next time in the ledger. Several at once share the work, and take over from one that dies."""

    def __init__(self, ledger: Ledger, attempts: Attempts, jobs: Iterable[Job]) -> None:
        self._ledger, self._attempts = ledger, attempts
        self._names = [job.name for job in jobs if job.time is not None]
        self._is_woken = asyncio.Event()
        self.trouble: list[str] = []

    def wake(self) -> None:
        """There is something new, which may come before what it sleeps for."""
        self._is_woken.set()

    async def run(self) -> None:
        while True:
            self._is_woken.clear()
            try:
                pause_s = await self._turn()
                self.trouble = []
            except Exception as error:  # whatever happens, what comes next has its time
                self.trouble = [f"what is due is not done: {type(error).__name__}"]
                _logger.warning("what is due is not done", cause=type(error).__name__, exc_info=error)
                pause_s = _LONGEST_S
            await self._sleep(pause_s)

    async def _turn(self) -> float:
        """Does what is due; says how long there is nothing to do, in seconds."""
        while (wait_s := await self._ledger.next_time(self._names)) <= 0:
            claimed = await self._ledger.claim_timed(self._names, _AT_ONCE)
            if not claimed:
                return _SHORTEST_S  # somebody else is about to take it
            await asyncio.gather(*map(self._attempts.carry_out, claimed))
        return min(max(wait_s, _SHORTEST_S), _LONGEST_S)

    async def _sleep(self, pause_s: float) -> None:
        try:
            async with asyncio.timeout(pause_s):
                await self._is_woken.wait()
        except TimeoutError:
            pass
