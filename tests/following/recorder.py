"""A consumer that keeps what it is given, and insists that it is given every event once and in order."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence

from engine.following.contract import Consumer, ForeignHistory, Head, StoreUnavailable, foreign
from engine.log.records import StoredEvent


class Recorder(Consumer):
    """Its store is this object; it outlives a follower as a database would."""

    name = "recorder"

    def __init__(self, partitions: int = 16, epoch: int = 1) -> None:
        self.checkpoints = dict.fromkeys(range(partitions), 0)
        self.epoch = epoch
        self.applied: dict[int, list[StoredEvent]] = defaultdict(list)
        self.loads = 0
        self.stops: dict[int, str] = {}
        self.open = asyncio.Event()
        """Cleared, it holds every batch back."""
        self.open.set()
        self.has_batch = asyncio.Event()
        """Set once a batch has come in."""
        self.faults: list[Exception] = []
        """Raised one by one in place of the next batches."""

    async def load(self, head: Head) -> Mapping[int, int]:
        self.loads += 1
        fault = foreign(head, self.epoch, self.checkpoints)
        if fault:
            raise ForeignHistory(fault)
        return dict(self.checkpoints)

    async def apply(self, batches: Mapping[int, Sequence[StoredEvent]]) -> None:
        self.has_batch.set()
        await self.open.wait()
        if self.faults:
            raise self.faults.pop(0)
        for partition, events in batches.items():
            expected = list(range(self.checkpoints[partition] + 1, self.checkpoints[partition] + 1 + len(events)))
            if [event.sequence for event in events] != expected:
                raise AssertionError(f"partition {partition}: expected {expected}")
            if not all(event.data for event in events):
                raise AssertionError("an event without its data")
            self.applied[partition] += events
            self.checkpoints[partition] = events[-1].sequence

    def stopped(self) -> Mapping[int, str]:
        return self.stops

    def ids(self, partition: int) -> list[object]:
        return [event.id for event in self.applied[partition]]


def lost_store() -> StoreUnavailable:
    return StoreUnavailable("the store went away")
