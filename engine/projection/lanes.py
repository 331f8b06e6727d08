"""Read models side by side: each lane is a connection, so that one waits for PostgreSQL while another folds."""

import asyncio
from collections.abc import Sequence

import structlog

from engine.following.contract import CheckpointMoved
from engine.projection.batch import Batch, Decoded
from engine.projection.faults import is_poison
from engine.projection.isolation import Isolation
from engine.projection.metrics import ProjectionMetrics
from engine.projection.projection import Slice

log = structlog.get_logger()


class Lane:
    """Writes its slices in one transaction, or finds the event that prevents it."""

    def __init__(self, batch: Batch, metrics: ProjectionMetrics) -> None:
        self.batch = batch
        self._isolation = Isolation(batch, metrics)

    async def write(self, slices: Sequence[Slice], decoded: Decoded | None) -> None:
        """Leaves nothing of the slices behind but what it parked.

        Raises:
            CheckpointMoved, or what a database raises that is away.
        """
        try:
            await self.batch.write(slices, decoded)
        except CheckpointMoved:
            raise
        except Exception as error:
            if not is_poison(error):
                raise
            log.warning("a batch failed: looking for the event", error=type(error).__qualname__)
            for each in slices:
                await self._isolation.settle(each)


async def write_in_lanes(lanes: Sequence[Lane], slices: Sequence[Slice]) -> None:
    """All lanes come to their end before a fault of one is raised: the next load must find nothing on its way."""
    shared = [(lane, own) for lane, own in zip(lanes, _divided(slices, len(lanes)), strict=True) if own]
    if not shared:
        return
    decoded = await _decode(lanes[0].batch, slices)
    ends = await asyncio.gather(*(lane.write(own, decoded) for lane, own in shared), return_exceptions=True)
    for end in ends:
        if end is not None:
            raise end


async def _decode(batch: Batch, slices: Sequence[Slice]) -> Decoded | None:
    """Decoded once for all lanes; None when an event cannot be, which each lane then finds on its own."""
    try:
        return await batch.decode(slices)
    except Exception as error:
        if not is_poison(error):
            raise
        return None


def _divided(slices: Sequence[Slice], count: int) -> list[list[Slice]]:
    """Those that render share the first lane, and so the memo's rows; the others take turns in the rest."""
    lanes: list[list[Slice]] = [[] for _ in range(count)]
    others = 0
    for each in slices:
        if count == 1 or each.projection.is_rendering:
            lanes[0].append(each)
        else:
            lanes[1 + others % (count - 1)].append(each)
            others += 1
    return lanes
