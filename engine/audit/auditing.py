"""The drift audit: in the background every key is folded afresh once a cycle and compared with what is served."""

import asyncio
from collections.abc import Sequence

import structlog

from engine.audit.drift import drifted, newest_cycle, note
from engine.audit.history import require_same_history
from engine.audit.metrics import AuditMetrics
from engine.audit.pacing import Pace, Throttle
from engine.audit.snapshot import reached, snapshot
from engine.audit.sources import Sources
from engine.audit.verdict import differences, merged, summary
from engine.audit.whole import PartitionFound, look_at_partition
from engine.following.contract import ForeignHistory
from engine.log.records import LogUnavailable
from engine.projection.contract import ReadModel
from kit.database import DATABASE_FAULTS, connect

log = structlog.get_logger()

_LOOK_AGAIN_S = 30.0
_SERVING = "SELECT number FROM projection.generations WHERE model = $1 AND state = 'serving' AND version = $2"
_AWAY = (*DATABASE_FAULTS, LogUnavailable, ForeignHistory)


async def audit_forever(sources: Sources, models: Sequence[ReadModel], pace: Pace, metrics: AuditMetrics) -> None:
    """Goes on where the last process left off. A database that is away is waited for; ends when cancelled."""
    auditor = Auditor(sources, pace, metrics)
    while True:
        for model in models:
            try:
                await auditor.audit(model)
            except _AWAY as error:
                log.warning("the audit waits", model=model.name, error=type(error).__qualname__)
            except Exception as error:  # noqa: BLE001 - what is wrong with one read model must not end all audits
                # without the trace, whose last line may quote a row
                log.error("the audit failed", model=model.name, error=type(error).__qualname__)  # noqa: TRY400 - said above
        await asyncio.sleep(min(_LOOK_AGAIN_S, pace.cycle_s))


class Auditor:
    """Audits one read model at a time, partition by partition."""

    def __init__(self, sources: Sources, pace: Pace, metrics: AuditMetrics) -> None:
        self._sources, self._pace, self._metrics = sources, pace, metrics

    async def audit(self, model: ReadModel) -> bool:
        """Does what is left of the cycle, or a new one when it is due; says whether one has ended."""
        generation, cycle, left = await self._due(model)
        began = cycle if left else None
        while left and cycle == began:
            await self._partition(model, generation, cycle, left[0])
            generation, cycle, left = await self._due(model)  # another one may be served by now
        if began is not None:
            self._metrics.finished.labels(model.name).set_to_current_time()
        return began is not None

    async def _partition(self, model: ReadModel, generation: int, cycle: int, partition: int) -> None:
        found = await self._look_at(model, generation, partition)
        connection = await connect(self._sources.read_url, application_name="palimpsest audit")
        try:
            await note(connection, model.name, generation, cycle, partition, found)
            self._metrics.drifted.labels(model.name).set(await drifted(connection, model.name))
        finally:
            await connection.close(timeout=5)
        _tell(model, generation, partition, found)

    async def _due(self, model: ReadModel) -> tuple[int, int, list[int]]:
        """The generation that is served, the cycle, and the partitions that it has not come to yet."""
        connection = await connect(self._sources.read_url, application_name="palimpsest audit")
        try:
            generation = await connection.fetchval(_SERVING, model.name, model.version)
            if generation is None:  # nothing yet, or what this code cannot fold
                return 0, 0, []
            self._metrics.drifted.labels(model.name).set(await drifted(connection, model.name))
            cycle = await newest_cycle(connection, model.name)
            partitions = sorted((await reached(connection, model.name, generation)).sequences)
        finally:
            await connection.close(timeout=5)
        left = [each for each in partitions if each not in cycle.partitions]
        if cycle.number and left:
            return generation, cycle.number, left
        is_due = not cycle.number or cycle.age_s >= self._pace.cycle_s
        return generation, cycle.number + 1, partitions if is_due else []

    async def _look_at(self, model: ReadModel, generation: int, partition: int) -> PartitionFound:
        throttle = Throttle(self._pace.share)

        async def done(keys: int) -> None:
            self._metrics.keys.labels(model.name).inc(keys)
            await throttle.rest()

        async with snapshot(self._sources.read_url) as connection:
            seen = await reached(connection, model.name, generation)
            if partition not in seen.sequences:  # dropped meanwhile
                return PartitionFound()
            await require_same_history(self._sources.log, seen)
            return await look_at_partition(connection, self._sources, model, generation, seen, partition, done)


def _tell(model: ReadModel, generation: int, partition: int, found: PartitionFound) -> None:
    if found.unfolded:
        log.warning("keys could not be folded afresh", model=model.name, partition=partition, keys=found.unfolded)
    tables = dict(found.counters)
    for each in found.wrong.values():
        merged(tables, each)
    if tables:
        log.error(
            "drift: what is served is not what the log says",
            model=model.name,
            generation=generation,
            partition=partition,
            keys=len(found.wrong),
            tables=summary(differences(tables)),
        )
