"""Sends again what stayed unsent or unfinished, so that a broker that loses its memory loses no job."""

import asyncio
import time

import structlog

from jobs.broker import BrokerAway, JobBroker
from jobs.metrics import JobMetrics
from jobs.upkeep import Upkeep
from kit.database import DATABASE_FAULTS

_logger = structlog.get_logger()
_AT_ONCE = 200
_COUNT_EVERY = 10
_COUNT_SHARE = 50
"""What is open is counted every ten intervals, and takes no more than a fiftieth of the time: it may be a million."""
_FULL_S = 0.1
"""What has no room in the broker is sent as soon as it has."""


class Sweeper:
    """Turns every second, and when it is woken. Several at once share the work."""

    def __init__(self, upkeep: Upkeep, broker: JobBroker, metrics: JobMetrics, *, interval_s: float = 1.0) -> None:
        self._upkeep, self._broker, self._metrics = upkeep, broker, metrics
        self._interval_s = interval_s
        self._is_woken = asyncio.Event()
        self._is_full = False
        self._count_at = 0.0
        self.trouble: list[str] = []

    def wake(self) -> None:
        """There is something to be sent at once."""
        self._is_woken.set()

    async def run(self) -> None:
        while True:
            self._is_woken.clear()
            try:
                await self._turn()
                self.trouble = []
            except BrokerAway:
                self.trouble = ["the job broker cannot be reached"]
            except DATABASE_FAULTS as error:
                self.trouble = [f"the ledger cannot be reached: {type(error).__name__}"]
                _logger.warning("the ledger cannot be swept", cause=type(error).__name__)
            await self._rest()

    async def _turn(self) -> None:
        if time.monotonic() >= self._count_at:
            await self._count()
        room = await self._broker.room()
        while dues := await self._upkeep.sweep({queue: min(left, _AT_ONCE) for queue, left in room.items()}):
            self._metrics.resent.inc(len(dues))
            if unsent := await self._broker.send(dues):
                await self._upkeep.hurry(unsent)
                break
            room = await self._broker.room()
        self._is_full = min(room.values()) < _AT_ONCE

    async def _count(self) -> None:
        began = time.monotonic()
        self._metrics.show_open(await self._upkeep.still_open())
        now = time.monotonic()
        self._count_at = now + max(_COUNT_EVERY * self._interval_s, _COUNT_SHARE * (now - began))

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(_FULL_S if self._is_full else self._interval_s):
                await self._is_woken.wait()
        except TimeoutError:
            pass
