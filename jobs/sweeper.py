"""Sends again what stayed unsent or unfinished, so that a broker that loses its memory loses no job."""

import asyncio

import asyncpg
import structlog

from jobs.broker import BrokerAway, JobBroker
from jobs.metrics import JobMetrics
from jobs.upkeep import Upkeep

_logger = structlog.get_logger()
_AT_ONCE = 200
_COUNT_EVERY = 10
_FULL_S = 0.1
"""What has no room in the broker is sent as soon as it has."""


class Sweeper:
    """Turns every second, and when it is woken. Several at once share the work."""

    def __init__(self, upkeep: Upkeep, broker: JobBroker, metrics: JobMetrics, *, interval_s: float = 1.0) -> None:
        self._upkeep, self._broker, self._metrics = upkeep, broker, metrics
        self._interval_s = interval_s
        self._is_woken = asyncio.Event()
        self._is_full = False
        self.trouble: list[str] = []

    def wake(self) -> None:
        """There is something to be sent at once."""
        self._is_woken.set()

    async def run(self) -> None:
        turn = 0
        while True:
            self._is_woken.clear()
            try:
                await self._turn(turn)
                self.trouble = []
            except BrokerAway:
                self.trouble = ["the job broker cannot be reached"]
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                self.trouble = [f"the ledger cannot be reached: {type(error).__name__}"]
                _logger.warning("the ledger cannot be swept", cause=type(error).__name__)
            turn += 1
            await self._rest()

    async def _turn(self, turn: int) -> None:
        if turn % _COUNT_EVERY == 0:
            self._metrics.show_open(await self._upkeep.still_open())
        room = await self._broker.room()
        while dues := await self._upkeep.sweep({queue: min(left, _AT_ONCE) for queue, left in room.items()}):
            self._metrics.resent.inc(len(dues))
            if unsent := await self._broker.send(dues):
                await self._upkeep.hurry(unsent)
                break
            room = await self._broker.room()
        self._is_full = min(room.values()) < _AT_ONCE

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(_FULL_S if self._is_full else self._interval_s):
                await self._is_woken.wait()
        except TimeoutError:
            pass
