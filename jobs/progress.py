"""Tells the ledger how far a long job is."""

from time import monotonic

from jobs.leases import LeaseLost
from jobs.ledger import Claimed, Ledger

_SELDOM_S = 1.0


class Telling:
    """Called as often as one likes; the ledger is told once a second.

    Raises:
        LeaseLost: the job is no longer this worker's; it should stop.
    """

    def __init__(self, ledger: Ledger, claimed: Claimed) -> None:
        self._ledger, self._claimed = ledger, claimed
        self._told_at = 0.0

    async def __call__(self, done: int, total: int | None) -> None:
        now = monotonic()
        if now - self._told_at < _SELDOM_S:
            return
        self._told_at = now
        if not await self._ledger.tell(self._claimed, done, total):
            raise LeaseLost
