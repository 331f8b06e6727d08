"""The loop that tails the log and sends it on: read, send, wait for the acknowledgement, move the cursor."""

import asyncio
from typing import Any, NamedTuple, Protocol

from engine.following.records import to_record
from engine.log.records import StoredEvent
from relay.lease import Lease
from relay.metrics import RelayMetrics
from relay.pace import Pace
from relay.producer import Producer

_CHUNK_EVENTS = 2000
_CHUNK_BYTES = 2 * 1024 * 1024
_CHUNKS_IN_FLIGHT = 3
_STORE_INTERVAL_S = 0.05
_FEW_EVENTS, _GATHER_S = 100, 0.01
"""After a small chunk: each costs Kafka and every consumer a round, so what comes within a few ms travels together."""
_ACK_TIMEOUT_S = 15


class KafkaStalled(Exception):  # noqa: N818 - named for the fact
    """Kafka has not acknowledged for 15 s."""


class Log(Protocol):
    async def all(self, after: int, *, limit: int, max_bytes: int) -> list[StoredEvent]: ...


class _Sent(NamedTuple):
    position: int
    events: int
    acks: "list[asyncio.Future[Any]]"


class Relaying:
    """One relay's time as the active one, from the cursor that it found."""

    def __init__(self, log: Log, producer: Producer, lease: Lease, metrics: RelayMetrics) -> None:
        self._log = log
        self._producer = producer
        self._lease = lease
        self._metrics = metrics
        self._in_flight: asyncio.Queue[_Sent | None] = asyncio.Queue(_CHUNKS_IN_FLIGHT)
        self._acknowledged = lease.cursor.position
        self._is_drained = False

    async def run(self, stop: asyncio.Event) -> None:
        """Relays until `stop` is set and everything sent is acknowledged and recorded.

        Raises:
            LeaseLost, KafkaStalled, KafkaError, PostgresError: start over from the stored cursor.
        """
        tasks = [asyncio.create_task(part) for part in (self._send(stop), self._settle(), self._record())]
        try:
            pending = set(tasks)
            while pending:
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, stop: asyncio.Event) -> None:
        position, pace, epoch = self._lease.cursor.position, Pace(), self._lease.cursor.epoch
        while not stop.is_set():
            events = await self._log.all(position, limit=_CHUNK_EVENTS, max_bytes=_CHUNK_BYTES)
            if not events:
                await asyncio.sleep(pace.pause_s())
                continue
            pace.saw_events()
            position = events[-1].position
            acks = await self._producer.submit(to_record(event, epoch) for event in events)
            await self._in_flight.put(_Sent(position, len(events), acks))
            if len(events) < _FEW_EVENTS:
                await asyncio.sleep(_GATHER_S)
        await self._in_flight.put(None)

    async def _settle(self) -> None:
        while sent := await self._in_flight.get():
            try:
                async with asyncio.timeout(_ACK_TIMEOUT_S):
                    await asyncio.gather(*sent.acks)
            except TimeoutError as error:
                raise KafkaStalled("Kafka does not acknowledge") from error
            self._acknowledged = sent.position
            self._metrics.events.inc(sent.events)
            self._metrics.show_acknowledged(sent.position)
        self._is_drained = True

    async def _record(self) -> None:
        """Moves the cursor at most every 50 ms: a burst of small chunks is one write."""
        while True:
            was_drained = self._is_drained
            self._lease.check()
            if self._acknowledged != self._lease.cursor.position:
                await self._lease.move_cursor(self._acknowledged)
            if was_drained:
                return
            await asyncio.sleep(_STORE_INTERVAL_S)
