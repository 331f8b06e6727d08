"""Brings built generations to where the log is, as a consumer that nobody else competes with."""

import asyncio
from collections.abc import Mapping, Sequence

from prometheus_client import CollectorRegistry

from engine.audit.sources import Sources
from engine.following.contract import CheckpointMoved
from engine.log.reader import LogReader
from engine.log.records import StoredEvent
from engine.projection.batch import Batch
from engine.projection.contract import ReadModel
from engine.projection.horizon import Horizon
from engine.projection.metrics import ProjectionMetrics
from engine.projection.projector import Projector
from engine.projection.roster import OnlyThese
from engine.projection.store import Store

_BATCH_EVENTS, _BATCH_BYTES = 1_000, 2 * 1024 * 1024
_CLOSE_EVENTS = 500
"""So near to the head the projectors can take over: they are there in a moment."""
_EVERY_S = 0.02
_AFTER_ANOTHER_S = 0.5


Generations = Sequence[tuple[ReadModel, int]]


class StoppedShort(Exception):  # noqa: N818 - named for the fact
    """Some event cannot be understood by this code."""


class CatchingUp:
    """Applies pages of the log to generations, each page to all of them."""

    def __init__(self, sources: Sources, reader: LogReader, horizon: Horizon, read_url: str, *, name: str) -> None:
        self._sources, self._reader, self._horizon = sources, reader, horizon
        self._store = Store(read_url, application_name=f"{name} catching up")

    async def to_head(self, generations: Generations) -> None:
        """Until the head is near.

        Raises:
            StoppedShort: one will not get there.
        """
        projector = self._projector(generations)
        while await self._round(projector) > _CLOSE_EVENTS:
            pass

    async def up_to(self, model: ReadModel, generation: int, sequences: Mapping[int, int]) -> None:
        """To exactly these sequences, where it is not beyond them."""
        projector = self._projector([(model, generation)])
        await self._apply(projector, dict(await projector.load(await self._reader.head())), sequences)

    async def keep(self, generations: Generations) -> None:
        """At the head until cancelled. Where another follows too, it gives way."""
        projector = self._projector(generations)
        while True:
            try:
                await self._round(projector)
                await asyncio.sleep(_EVERY_S)
            except CheckpointMoved:
                await asyncio.sleep(_AFTER_ANOTHER_S)

    async def close(self) -> None:
        await self._store.close()

    async def _round(self, projector: Projector) -> int:
        """Applies what lies between the checkpoints and the head as it is now; says how much that was."""
        head = await self._reader.head()
        reached = dict(await projector.load(head))
        goals = {partition: head.sequences[partition] for partition in reached}
        lag = sum(goals.values()) - sum(reached.values())
        await self._apply(projector, reached, goals)
        return lag

    async def _apply(self, projector: Projector, reached: dict[int, int], goals: Mapping[int, int]) -> None:
        while batch := await self._next_batch(reached, goals):
            await projector.apply(batch)
            if stopped := projector.readiness():
                raise StoppedShort("; ".join(stopped))
            reached.update((partition, events[-1].sequence) for partition, events in batch.items())

    async def _next_batch(self, reached: Mapping[int, int], goals: Mapping[int, int]) -> dict[int, list[StoredEvent]]:
        """Of the partitions that lag, one after another, up to a batch."""
        batch: dict[int, list[StoredEvent]] = {}
        room, room_bytes = _BATCH_EVENTS, _BATCH_BYTES
        for partition, goal in goals.items():
            if reached[partition] >= goal or room <= 0 or room_bytes <= 0:
                continue
            events = await self._reader.partition(
                partition, reached[partition], limit=room, up_to=goal, max_bytes=room_bytes
            )
            batch[partition] = events
            room -= len(events)
            room_bytes -= sum(len(event.data) for event in events)
        return batch

    def _projector(self, generations: Generations) -> Projector:
        sources = self._sources
        batch = Batch(self._store, sources.codec, sources.keyring, sources.renderers)
        metrics = ProjectionMetrics(CollectorRegistry())  # of nobody: projectors tell of what is followed
        return Projector(OnlyThese(generations), self._horizon, [batch], metrics)
