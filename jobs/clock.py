"""Does the jobs that have a time, when it comes: in this process, whatever becomes of the broker."""

import asyncio
from collections.abc import Iterable

from jobs.attempts import Attempts
from jobs.job import Job
from jobs.ledger import Ledger
from jobs.rounds import Rounds

_LONGEST_S = 1.0
"""Another process may have entered what comes next."""
_SHORTEST_S = 0.05
_AT_ONCE = 50


class Clock(Rounds):
    """Sleeps until the next time in the ledger. Several at once share the work, and take over from one that dies."""

    def __init__(self, ledger: Ledger, attempts: Attempts, jobs: Iterable[Job]) -> None:
        super().__init__("what is due is not done", _LONGEST_S)
        self._ledger, self._attempts = ledger, attempts
        self._names = [job.name for job in jobs if job.time is not None]

    async def turn(self) -> float:
        while (wait_s := await self._ledger.next_time(self._names)) <= 0:
            claimed = await self._ledger.claim_timed(self._names, _AT_ONCE)
            if not claimed:
                return _SHORTEST_S  # somebody else is about to take it
            await asyncio.gather(*map(self._attempts.carry_out, claimed))
        return min(max(wait_s, _SHORTEST_S), _LONGEST_S)
