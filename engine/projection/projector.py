"""The consumer that keeps read models up to date."""

from collections.abc import Mapping, Sequence

import structlog

from engine.following.contract import CheckpointMoved, Consumer, ForeignHistory, Head, StoreUnavailable
from engine.log.records import StoredEvent
from engine.projection import checkpoints
from engine.projection.batch import Batch
from engine.projection.contract import ReadModel
from engine.projection.faults import is_poison
from engine.projection.horizon import Horizon
from engine.projection.lanes import Lane, divided, write_in_lanes
from engine.projection.metrics import ProjectionMetrics
from engine.projection.projection import Projection, Slice, least_sequences
from engine.projection.roster import Roster

log = structlog.get_logger()


class Projector(Consumer):
    """Applies batches to all read models: a transaction a lane, and when that fails, one for each read model alone."""

    name = "projectors"

    def __init__(self, roster: Roster, horizon: Horizon, lanes: Sequence[Batch], metrics: ProjectionMetrics) -> None:
        self._roster, self._horizon, self._metrics = roster, horizon, metrics
        self._store = lanes[0].store
        self._lanes = [Lane(batch, metrics) for batch in lanes]
        self._projections: list[Projection] | None = None
        self._partitions = 0

    def readiness(self) -> list[str]:
        """Models that do not follow at all; single partitions are told by the follower when no model follows them."""
        faults = [f"{each.name}: {each.fault}" for each in self._projections or () if each.fault]
        stops = [each.reason(partition) for each in self._projections or () for partition in each.stops]
        return [*self._roster.unbuilt(), *faults, *dict.fromkeys(stops)]

    async def load(self, head: Head) -> Mapping[int, int]:
        self._partitions = len(head.sequences)
        try:
            connection = await self._store.connection()
            projections = await self._roster.read(connection, head)
            for projection in projections:
                found = await checkpoints.load(connection, projection.model.name, projection.generation)
                projection.start(found, head)
        except Exception as error:
            raise _translated(error) from error
        self._projections = projections
        return self._least(projections)

    async def apply(self, batches: Mapping[int, Sequence[StoredEvent]]) -> None:
        shares = [self._slices(share) for share in divided(batches, len(self._lanes))]
        with self._metrics.batch_s.time():
            try:
                await write_in_lanes(self._lanes, shares)
            except Exception as error:
                raise _translated(error) from error

    def stopped(self) -> Mapping[int, str]:
        projections = self._projections
        if projections is None:
            return {}
        return {
            partition: "; ".join(each.reason(partition) for each in projections) or "no read model follows it"
            for partition in range(self._partitions)
            if not any(each.follows(partition) for each in projections)
        }

    def _least(self, projections: Sequence[Projection]) -> Mapping[int, int]:
        faults = [f"{each.name}: {each.fault}" for each in projections if each.fault]
        for fault in faults:
            log.error("read model stopped: an operator must decide", reason=fault)
        if faults and len(faults) == len(projections):
            raise ForeignHistory("; ".join(faults))
        return least_sequences(projections, self._partitions)

    def _slices(self, batches: Mapping[int, Sequence[StoredEvent]]) -> list[Slice]:
        slices = [self._slice(projection, batches) for projection in self._projections or ()]
        return [each for each in slices if each.events]

    def _slice(self, projection: Projection, batches: Mapping[int, Sequence[StoredEvent]]) -> Slice:
        events: list[StoredEvent] = []
        for partition, run in batches.items():
            new = projection.after_checkpoint(partition, run)
            known, reason = self._horizon.cut(new, projection.types)
            events += known
            if reason:
                projection.stops[partition] = reason
                self._count_stops(projection.model)
                log.error("partition stopped", model=projection.name, partition=partition, reason=reason)
        return Slice(projection, events)

    def _count_stops(self, model: ReadModel) -> None:
        stopped = {partition for each in self._projections or () if each.model is model for partition in each.stops}
        self._metrics.stopped.labels(model.name).set(len(stopped))


def _translated(error: Exception) -> Exception:
    """What the follower understands: a fault of a database means another try."""
    if isinstance(error, CheckpointMoved | ForeignHistory) or is_poison(error):
        return error
    return StoreUnavailable(f"{type(error).__qualname__}: {error}")
