"""Applies the log to a consumer: every event of the owned partitions, once, in order, whatever the feed does."""

import asyncio
import time
from collections.abc import Collection, Sequence
from math import ceil

import structlog

from engine.following.beat import Beat
from engine.following.contract import CheckpointMoved, Consumer, Feed, ForeignHistory, Log, StoreUnavailable
from engine.following.healing import UNREACHABLE, Healing
from engine.following.inbox import Inbox
from engine.following.limits import Limits
from engine.following.metrics import FollowerMetrics
from engine.following.patience import Patience
from engine.log.records import StoredEvent

log = structlog.get_logger()

_SILENT_BEATS = 10
_CANCELLED_WITHIN_S = 5.0
_LEAST_EVENTS, _LEAST_BYTES = 500, 1024 * 1024
"""A partition's share of a batch, when there is so much: smaller pages cost more statements than they are worth."""


class Follower:
    """Joins a feed, the log and a consumer. `run` ends when asked to, or with `Stuck`."""

    def __init__(
        self, consumer: Consumer, feed: Feed, reader: Log, metrics: FollowerMetrics, limits: Limits | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._consumer, self._feed, self._reader, self._metrics = consumer, feed, reader, metrics
        self._inbox = Inbox(consumer, feed, self._limits, metrics)
        self._healing = Healing(consumer.name, reader, metrics)
        self._beat = Beat(consumer.name, self._inbox, reader, self._limits, metrics)
        self._patience = Patience(self._limits.retry_s, self._limits.retry_most_s)
        self._alarm: str | None = None
        self._waiting_for: str | None = "the checkpoints are not loaded yet"
        self._loaded = asyncio.Event()
        self._last = -1

    def readiness(self) -> list[str]:
        """What keeps this consumer from following."""
        name = self._consumer.name
        faults = [fault for fault in (self._alarm, self._waiting_for) if fault]
        faults += [f"partition {partition}: {reason}" for partition, reason in self._consumer.stopped().items()]
        if not self._inbox.windows:
            faults.append("no partition is assigned")
        if time.monotonic() - self._beat.at > _SILENT_BEATS * self._limits.beat_s:
            faults.append("the log's head has not been read for a while")
        return [f"{name}: {fault}" for fault in faults]

    async def run(self, stop: asyncio.Event) -> None:
        """Follows until `stop` is set; the batch in hand is finished.

        Raises:
            Stuck: an owned partition makes no progress; the process must start anew.
        """
        stopping = asyncio.create_task(self._wake_at(stop))
        working = asyncio.create_task(self._work(stop))
        feeding = asyncio.create_task(self._feed_once_loaded())
        beating = asyncio.create_task(self._beat_once_loaded())
        tasks = (stopping, working, feeding, beating)
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if stopping in done:
                await working
            for task in done:
                task.result()
        finally:
            await _cancel(tasks)

    def reload(self) -> None:
        """Has the consumer load its checkpoints again before it goes on: what it follows has changed.

        What it stopped with may be mended by that; if not, the load says so again.
        """
        self._alarm = None
        self._metrics.alarm.labels(self._consumer.name).set(0)
        self._inbox.is_stale = True
        self._inbox.wake.set()

    async def _feed_once_loaded(self) -> None:
        """The feed waits for the first load: what it delivers is compared with the epoch."""
        self._inbox.wake.set()
        await self._loaded.wait()
        await self._feed.run(self._inbox)

    async def _beat_once_loaded(self) -> None:
        await self._loaded.wait()
        await self._beat.run(self._feed.grace_s, self._consumer.stopped, self._stop_with)

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._inbox.wake.set()

    async def _work(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._inbox.wake.wait()
            self._inbox.wake.clear()
            while not stop.is_set() and not self._alarm and await self._try_step():
                pass

    async def _try_step(self) -> bool:
        try:
            is_busy = await self._step()
        except ForeignHistory as error:
            self._stop_with(str(error))
        except CheckpointMoved:
            self._metrics.moved.labels(self._consumer.name).inc()
            await self._start_over("another owner moved a checkpoint")
        except (StoreUnavailable, *UNREACHABLE) as error:
            self._metrics.retries.labels(self._consumer.name).inc()
            await self._start_over(f"a database does not do its part: {error!r}")
        else:
            self._patience.reset()
            return is_busy
        return True

    async def _start_over(self, reason: str) -> None:
        self._inbox.is_stale, self._waiting_for = True, reason
        log.warning("starting over from the checkpoints", consumer=self._consumer.name, reason=reason)
        await self._patience.wait()

    async def _step(self) -> bool:
        """Applies one batch; False when there is nothing to apply."""
        async with self._inbox.applying:
            if self._inbox.is_stale:
                await self._load()
            batches = await self._collect()
            if not batches:
                return False
            await self._consumer.apply(batches)
            self._advance(batches)
        return True

    async def _load(self) -> None:
        self._inbox.is_stale = False
        head = await self._reader.head()
        checkpoints = await self._consumer.load(head)
        self._inbox.epoch, self._waiting_for = head.epoch, None
        self._loaded.set()
        for partition, window in self._inbox.windows.items():
            if partition in checkpoints:
                window.start(checkpoints[partition])

    async def _collect(self) -> dict[int, list[StoredEvent]]:
        """What is next, up to one batch; every partition that has work gets its share, so that none waits for long."""
        batches: dict[int, list[StoredEvent]] = {}
        room, room_bytes = self._limits.batch_events, self._limits.batch_bytes
        waiting = self._with_work()
        for left, partition in zip(range(len(waiting), 0, -1), waiting, strict=True):
            if room <= 0 or room_bytes <= 0:
                break
            share, share_bytes = max(ceil(room / left), _LEAST_EVENTS), max(ceil(room_bytes / left), _LEAST_BYTES)
            events = await self._next_of(partition, min(share, room), min(share_bytes, room_bytes))
            self._last = partition
            if events:
                batches[partition] = events
                room -= len(events)
                room_bytes -= sum(len(event.data) for event in events)
        return batches

    async def _next_of(self, partition: int, most: int, most_bytes: int) -> list[StoredEvent]:
        window = self._inbox.windows.get(partition)
        if window is None:  # taken away while another's hole was filled
            return []
        events = window.take(most, most_bytes)
        return events or await self._healing.fill(partition, window, most, most_bytes, self._inbox.epoch)

    def _with_work(self) -> list[int]:
        """The partitions where something can be applied, beginning behind the one that came last."""
        stopped = self._consumer.stopped()
        owned = sorted(p for p, window in self._inbox.windows.items() if p not in stopped and window.has_work())
        return [p for p in owned if p > self._last] + [p for p in owned if p <= self._last]

    def _advance(self, batches: dict[int, list[StoredEvent]]) -> None:
        stopped = self._consumer.stopped()
        for partition, events in batches.items():
            window = self._inbox.windows.get(partition)
            if window is not None and partition not in stopped:
                window.advance(events[-1].sequence)
                self._feed.applied(partition, events[-1].sequence)
        self._metrics.applied.labels(self._consumer.name).inc(sum(len(events) for events in batches.values()))
        self._inbox.relieve()

    def _stop_with(self, reason: str) -> None:
        if not self._alarm:
            log.error("stopped: an operator must decide", consumer=self._consumer.name, reason=reason)
        self._alarm = f"stopped: {reason}"
        self._metrics.alarm.labels(self._consumer.name).set(1)
        self._inbox.wake.set()


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Ends all tasks. Libraries that wait with `wait_for` lose a cancellation now and then, so it is said again."""
    pending: Collection[asyncio.Task[None]] = tasks
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_CANCELLED_WITHIN_S)
    await asyncio.gather(*tasks, return_exceptions=True)
