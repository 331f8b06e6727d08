"""Partitions side by side: each lane is a connection, so that one waits for PostgreSQL while another folds."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from engine.following.contract import CheckpointMoved
from engine.following.limits import EVENT_OVERHEAD_BYTES
from engine.log.records import StoredEvent
from engine.projection.batch import Batch
from engine.projection.faults import is_poison
from engine.projection.isolation import Isolation
from engine.projection.metrics import ProjectionMetrics
from engine.projection.projection import Slice

log = structlog.get_logger()

Batches = Mapping[int, Sequence[StoredEvent]]
"""Events by partition."""
_WORTH_A_LANE = 50
"""Fewer events are done sooner than a second transaction."""


class Lane:
    """Writes its slices in one transaction, or finds the event that prevents it."""

    def __init__(self, batch: Batch, metrics: ProjectionMetrics) -> None:
        self.batch = batch
        self._isolation = Isolation(batch, metrics)

    async def write(self, slices: Sequence[Slice]) -> None:
        """Leaves nothing of the slices behind but what it parked.

        Raises:
            CheckpointMoved, or what a database raises that is away.
        """
        try:
            await self.batch.write(slices)
        except CheckpointMoved:
            raise
        except Exception as error:
            if not is_poison(error):
                raise
            log.warning("a batch failed: looking for the event", error=type(error).__qualname__)
            for each in slices:
                await self._isolation.settle(each)


async def write_in_lanes(lanes: Sequence[Lane], shares: Sequence[Sequence[Slice]]) -> None:
    """All lanes come to their end before a fault of one is raised: the next load must find nothing on its way."""
    writing = (lane.write(share) for lane, share in zip(lanes, shares, strict=False) if share)
    for end in await asyncio.gather(*writing, return_exceptions=True):
        if end is not None:
            raise end


def divided(batches: Batches, lanes: int) -> list[Batches]:
    """Shares of about the same size, of whole partitions: nothing that is written belongs to two of them."""
    events = sum(map(len, batches.values()))
    count = max(1, min(lanes, len(batches), events // _WORTH_A_LANE))
    if count == 1:
        return [batches]
    shares: list[dict[int, Sequence[StoredEvent]]] = [{} for _ in range(count)]
    loads = [0] * count
    sizes = {
        partition: sum(len(each.data) + EVENT_OVERHEAD_BYTES for each in run) for partition, run in batches.items()
    }
    for partition in sorted(sizes, key=sizes.__getitem__, reverse=True):
        least = loads.index(min(loads))
        shares[least][partition] = batches[partition]
        loads[least] += sizes[partition]
    return list(shares)
