"""One relay's life: stand by for the lock, check that log and topic fit, relay, and start over on any failure."""

import asyncio
import contextlib

import structlog
from aiokafka.errors import KafkaError

from engine.log.reader import LogReader
from engine.log.records import LogUnavailable
from kit.database import DATABASE_FAULTS
from relay.lease import Cursor, Lease, LeaseLost, hold_lease
from relay.metrics import RelayMetrics
from relay.producer import open_producer
from relay.relaying import KafkaStalled, Relaying
from relay.topic import Topic, Unfit, require_topic

_logger = structlog.get_logger()
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 3.0
_HEAD_INTERVAL_S = 1.0
_OUTAGE = (*DATABASE_FAULTS, LogUnavailable, KafkaError, KafkaStalled, LeaseLost)


class Contender:
    """A relay among others, of which one at a time is active."""

    def __init__(self, log_url: str, reader: LogReader, topic: Topic, metrics: RelayMetrics, *, name: str) -> None:
        self._log_url = log_url
        self._topic = topic
        self._name = f"palimpsest relay {name}"
        self._reader = reader
        self._metrics = metrics
        self._trouble: list[str] = ["starting"]
        self._pause_s = _FIRST_PAUSE_S

    def trouble(self) -> list[str]:
        """What keeps it from its work, for /readyz. Standing by is no trouble."""
        return self._trouble

    async def run(self, stop: asyncio.Event) -> None:
        """Relays or stands by until `stop` is set.

        Raises:
            Unfit: log and topic, or log and cursor, do not belong together.
        """
        watching = asyncio.create_task(self._watch_head())
        try:
            while not stop.is_set():
                try:
                    await self._contend(stop)
                except _OUTAGE as error:
                    await self._start_over(error, stop)
        finally:
            watching.cancel()

    async def _contend(self, stop: asyncio.Event) -> None:
        async with hold_lease(self._log_url, name=self._name, stop=stop, on_standby=self._is_well) as lease:
            if lease:
                await self._lead(lease, stop)

    async def _lead(self, lease: Lease, stop: asyncio.Event) -> None:
        await self._check(lease.cursor)
        async with open_producer(self._topic) as producer:
            self._is_well()
            _logger.info("relaying", after=lease.cursor.position, epoch=lease.cursor.epoch)
            self._metrics.show_active(from_position=lease.cursor.position)
            try:
                await Relaying(self._reader, producer, lease, self._metrics).run(stop)
            finally:
                self._metrics.show_active(from_position=None)

    async def _check(self, cursor: Cursor) -> None:
        head = await self._reader.head()
        if cursor.epoch != head.epoch:
            raise Unfit(f"the cursor is of epoch {cursor.epoch} and the log of {head.epoch}: the log was restored")
        if cursor.position > head.position:
            raise Unfit(f"the cursor is at {cursor.position}, beyond the log's head {head.position}: events are gone")
        await require_topic(self._topic, head.partitions)

    def _is_well(self) -> None:
        self._trouble = []
        self._pause_s = _FIRST_PAUSE_S

    async def _start_over(self, error: Exception, stop: asyncio.Event) -> None:
        cause = type(error).__name__
        self._trouble = [f"{cause}: {error}"]
        self._metrics.failures.labels(cause).inc()
        _logger.warning("starting over", cause=cause, detail=str(error), pause_s=self._pause_s)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), self._pause_s)
        self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)

    async def _watch_head(self) -> None:
        """Lag is measured against the log itself, also while nothing moves."""
        while True:
            with contextlib.suppress(*_OUTAGE):
                head = (await self._reader.head()).position
                self._metrics.head.set(head)
                self._metrics.show_lag(head)
            await asyncio.sleep(_HEAD_INTERVAL_S)
