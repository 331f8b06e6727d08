"""Finds the event that makes a batch fail: by halves, model by model, so that everything else flows."""

import asyncio
from collections.abc import Iterator, Sequence

import structlog

from engine.following.contract import CheckpointMoved
from engine.projection.batch import Batch
from engine.projection.faults import is_poison
from engine.projection.metrics import ProjectionMetrics
from engine.projection.projection import Slice

log = structlog.get_logger()

RETRY_WAITS_S = (0.05, 0.25)
"""A fold may have met a passing fault: these waits, then the event is parked."""
_WAITED_FOR = 10
"""Events of a slice that are waited for. Where more are poisonous the fault will not pass, and others would wait."""


class Isolation:
    """Writes a slice that failed once, whatever is in it."""

    def __init__(self, batch: Batch, metrics: ProjectionMetrics) -> None:
        self._batch, self._metrics = batch, metrics

    async def settle(self, suspect: Slice) -> None:
        """Writes all of the slice but its poisonous events, which are parked.

        Raises:
            CheckpointMoved, or what a database raises that is away: then the rest is left for the next try.
        """
        await self._settle(suspect, iter(range(_WAITED_FOR)))

    async def _settle(self, suspect: Slice, patience: Iterator[int]) -> None:
        fault = await self._try(suspect)
        if fault is None:
            return
        if len(suspect.events) > 1:
            for half in suspect.halves():
                await self._settle(half, patience)
        else:
            await self._retry_or_park(suspect, fault, RETRY_WAITS_S if next(patience, None) is not None else ())

    async def _retry_or_park(self, poisoned: Slice, fault: Exception, waits_s: Sequence[float]) -> None:
        for wait_s in waits_s:
            await asyncio.sleep(wait_s)
            again = await self._try(poisoned)
            if again is None:
                return
            fault = again
        await self._batch.set_aside(poisoned, fault, 1 + len(waits_s))
        [event] = poisoned.events
        self._metrics.parked.labels(poisoned.projection.model.name).inc()
        log.error(
            "an event could not be folded: its key is parked",
            model=poisoned.projection.name,
            event_id=str(event.id),
            type=event.type,
            error=type(fault).__qualname__,
        )

    async def _try(self, suspect: Slice) -> Exception | None:
        try:
            await self._batch.write([suspect])
        except CheckpointMoved:
            raise
        except Exception as error:
            if not is_poison(error):
                raise
            return error
        return None
