"""Sends again what stayed unsent or unfinished, so that a broker that loses its memory loses no job."""

import asyncio

import asyncpg
import structlog

from jobs.broker import JobBroker
from jobs.ledger import Ledger
from jobs.metrics import JobMetrics

_logger = structlog.get_logger()
_PURGE_EVERY = 3600
_COUNT_EVERY = 5


class Sweeper:
    """Turns every second. Several at once share the work."""

    def __init__(self, ledger: Ledger, broker: JobBroker, metrics: JobMetrics, *, interval_s: float = 1.0) -> None:
        self._ledger, self._broker, self._metrics = ledger, broker, metrics
        self._interval_s = interval_s
        self.trouble: list[str] = []

    async def run(self) -> None:
        turn = 0
        while True:
            try:
                await self._turn(turn)
                self.trouble = [] if await self._broker.is_reachable() else ["the job broker cannot be reached"]
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                self.trouble = [f"the ledger cannot be reached: {type(error).__name__}"]
                _logger.warning("the ledger cannot be swept", cause=type(error).__name__)
            turn += 1
            await asyncio.sleep(self._interval_s)

    async def _turn(self, turn: int) -> None:
        while dues := await self._ledger.sweep():
            self._metrics.resent.inc(len(dues))
            if not await self._broker.send(dues):
                break
        if turn % _COUNT_EVERY == 0:
            self._metrics.show_open(await self._ledger.open_counts())
        if turn % _PURGE_EVERY == 0:
            await self._ledger.purge()
