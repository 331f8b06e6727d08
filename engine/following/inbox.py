"""Where a feed delivers: one window for each partition that this process owns."""

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import structlog

from engine.following.contract import Consumer, Feed
from engine.following.limits import Limits
from engine.following.metrics import FollowerMetrics
from engine.following.window import Window
from engine.log.records import StoredEvent

log = structlog.get_logger()


class Inbox:
    """The receiver of a feed. It never waits for the consumer, but when partitions are taken away."""

    def __init__(self, consumer: Consumer, feed: Feed, limits: Limits, metrics: FollowerMetrics) -> None:
        self.windows: dict[int, Window] = {}
        self.is_stale = True
        """The checkpoints must be loaded before anything is applied."""
        self.epoch = 0
        self.wake = asyncio.Event()
        self.suspicion = asyncio.Event()
        """Something arrived that is not of this epoch: the head must be read at once."""
        self.applying = asyncio.Lock()
        self._name, self._stopped, self._feed, self._limits = consumer.name, consumer.stopped, feed, limits
        self._duplicates = metrics.duplicates.labels(self._name)
        self._foreign = metrics.foreign.labels(self._name)

    def assigned(self, partitions: AbstractSet[int]) -> None:
        for partition in partitions:
            self.windows.setdefault(partition, Window())
        self.is_stale = True
        log.info("partitions assigned", consumer=self._name, partitions=sorted(self.windows))
        self.wake.set()

    async def revoked(self, partitions: AbstractSet[int]) -> None:
        for partition in partitions:
            self.windows.pop(partition, None)
        async with self.applying:  # the next owner must not meet a batch of ours that is still on its way
            log.info("partitions revoked", consumer=self._name, partitions=sorted(partitions))

    def deliver(self, epoch: int, events: Sequence[StoredEvent]) -> None:
        if epoch != self.epoch:
            self._suspect(epoch, len(events))
            return
        stopped = self._stopped()
        for event in events:
            window = self.windows.get(event.partition)
            if window is None or event.partition in stopped:
                continue
            if not window.offer(event):
                self._duplicates.inc()
        self._pause_full()
        self.wake.set()

    def relieve(self) -> None:
        """Resumes the partitions that have room again; a stopped one must not hold up a feed that they share."""
        for partition in self._stopped().keys() & self.windows.keys():
            self.windows[partition].clear()
        roomy = {p for p, w in self.windows.items() if w.is_paused and not self._is_full(w, share=2)}
        for partition in roomy:
            self.windows[partition].is_paused = False
        if roomy:
            self._feed.resume(roomy)

    def _pause_full(self) -> None:
        full = {p for p, w in self.windows.items() if not w.is_paused and self._is_full(w)}
        for partition in full:
            self.windows[partition].is_paused = True
        if full:
            self._feed.pause(full)

    def _is_full(self, window: Window, share: int = 1) -> bool:
        limits = self._limits
        return len(window) * share > limits.window_events or window.size_bytes * share > limits.window_bytes

    def _suspect(self, epoch: int, count: int) -> None:
        self._foreign.inc(count)
        if not self.suspicion.is_set():
            log.error("events of another epoch dropped", consumer=self._name, epoch=epoch, ours=self.epoch)
        self.suspicion.set()
