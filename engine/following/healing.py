"""Reads from the log what did not arrive."""

import structlog

from engine.following.contract import ForeignHistory, Log
from engine.following.metrics import FollowerMetrics
from engine.following.window import Hole, Window
from engine.log.records import LogUnavailable, StoredEvent
from kit.database import DATABASE_FAULTS

log = structlog.get_logger()

UNREACHABLE = (*DATABASE_FAULTS, LogUnavailable)
"""What reading the log raises when its database is away."""


class Healing:
    """Fills the hole in front of a window with what the log holds there."""

    def __init__(self, name: str, reader: Log, metrics: FollowerMetrics) -> None:
        self._name, self._reader = name, reader
        self._healed, self._foreign = metrics.healed.labels(name), metrics.foreign.labels(name)

    async def fill(self, partition: int, window: Window, most: int, most_bytes: int, epoch: int) -> list[StoredEvent]:
        """The next events of the window's hole, if it has one.

        Raises:
            ForeignHistory: the log has another epoch now, or lacks a sequence that it once had.
        """
        hole = window.hole()
        if hole is None:
            return []
        events = await self._reader.partition(partition, hole.after, limit=most, up_to=hole.up_to, max_bytes=most_bytes)
        # read after the events: had they been of another epoch, the head would say so
        head = await self._reader.head()
        if head.epoch != epoch:
            raise ForeignHistory(f"checkpoints are of epoch {epoch}, the log is of epoch {head.epoch}")
        if not events and len(window):
            return self._drop_unknown(partition, window)
        _require_dense(partition, hole, events)
        self._healed.inc(len(events))
        log.debug("read from the log", consumer=self._name, partition=partition, after=hole.after, count=len(events))
        return events

    def _drop_unknown(self, partition: int, window: Window) -> list[StoredEvent]:
        self._foreign.inc()
        log.error("an event arrived that the log does not reach", consumer=self._name, partition=partition)
        window.forget_first()
        return []


def _require_dense(partition: int, hole: Hole, events: list[StoredEvent]) -> None:
    expected = list(range(hole.after + 1, hole.after + 1 + len(events)))
    if not events or [event.sequence for event in events] != expected:
        raise ForeignHistory(f"the log lacks events of partition {partition} after {hole.after}")
