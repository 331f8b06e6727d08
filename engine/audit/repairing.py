"""Mends one partition key of a generation while it is live: rows, derived rows, and the counters of its partition."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from engine.audit.comparing import Comparing
from engine.audit.counting import Sums, minus
from engine.audit.drift import counters_key, mended
from engine.audit.fresh import FreshKey
from engine.audit.history import require_same_history
from engine.audit.mending import add_to_counters, contributed, write_rows
from engine.audit.refolding import Refolder
from engine.audit.snapshot import Reached, look_up_by_key, reached, snapshot
from engine.audit.sources import Sources
from engine.audit.stored_tables import StoredCounters
from engine.audit.verdict import Difference, differences
from engine.audit.whole import look_at_partition
from engine.log.partitioning import partition_of
from engine.projection.contract import ReadModel
from engine.projection.generations import schema_of
from kit.database import connect

_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"
_HOLD = """
    SELECT sequence FROM projection.checkpoints WHERE model = $1 AND generation = $2 AND partition = $3 FOR UPDATE
"""


class NotRepaired(Exception):  # noqa: N818 - named for the fact
    """Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was wrong with the key at the moment of its repair."""

    partition: int
    sequence: int
    """The last event of the partition that counts."""
    differences: tuple[Difference, ...]
    counters: int
    """How many counters were put right."""
    are_counters_sure: bool
    """Else they follow the key's rows, and may have been wrong before."""


@dataclass(frozen=True, slots=True)
class _Counters:
    """The counters of the partition a moment before the repair, by counter table."""

    errors: Sequence[Sums | None]
    contributed: Sequence[tuple[Sums, Sums]]


class Repair:
    """Mends keys of one generation of a read model, beside projectors that go on with all other partitions."""

    def __init__(self, sources: Sources, model: ReadModel, generation: int) -> None:
        self._sources, self._model, self._generation = sources, model, generation
        self._refolder, self._comparing = Refolder(sources, model, generation), Comparing(model, generation)
        schema = schema_of(model.name, generation)
        self._counters = [StoredCounters(schema, each) for fold in model.folds for each in fold.contributions]

    async def repair(self, key: str) -> Repaired:
        """Folds the key up to its partition's checkpoint, which is held for as long as that takes, and no longer.

        The counters are looked at before, without holding anything: whether a wrong row has led to wrong counters
        can only be told by all rows that feed them.

        Raises:
            NotRepaired: its events cannot be folded, or the checkpoint cannot be had.
        """
        before = await self._look_at_counters(key)
        connection = await connect(self._sources.read_url, application_name="palimpsest repair")
        try:
            async with connection.transaction():
                return await self._repair(connection, key, before)
        except asyncpg.LockNotAvailableError as error:
            raise NotRepaired("its checkpoint is held by another: try again") from error
        finally:
            await connection.close(timeout=5)

    async def _repair(self, connection: "asyncpg.Connection[Any]", key: str, before: _Counters) -> Repaired:
        partition = await self._partition(connection, key)
        await connection.execute(_LOCK_TIMEOUT)
        sequence = await connection.fetchval(_HOLD, self._model.name, self._generation, partition)
        seen = await reached(connection, self._model.name, self._generation)
        await require_same_history(self._sources.log, seen)
        await look_up_by_key(connection)
        fresh = await self._fold(connection, key, seen)
        wrong = await self._comparing.differing(connection, [fresh])
        deltas = _deltas(await contributed(connection, fresh), before)
        await write_rows(connection, self._model, self._generation, fresh)
        await add_to_counters(connection, self._refolder.tables, deltas, partition, self._counters)
        is_sure = None not in before.errors
        gone = [key, counters_key(partition)] if is_sure else [key]
        await mended(connection, self._model.name, self._generation, gone)
        counters = sum(map(len, deltas))
        return Repaired(partition, sequence, differences(wrong.get(key, {})), counters, is_sure)

    async def _look_at_counters(self, key: str) -> _Counters:
        if not any(fold.contributions for fold in self._model.folds):
            return _Counters((), ())
        async with snapshot(self._sources.read_url) as connection:
            seen = await reached(connection, self._model.name, self._generation)
            await require_same_history(self._sources.log, seen)
            partition = partition_of(key, len(seen.sequences))
            found = await look_at_partition(connection, self._sources, self._model, self._generation, seen, partition)
            fresh = await self._fold(connection, key, seen)
            return _Counters(found.counter_errors, await contributed(connection, fresh))

    async def _fold(self, connection: "asyncpg.Connection[Any]", key: str, seen: Reached) -> FreshKey:
        [fresh] = await self._refolder.fold(connection, seen.wanted([key]))
        if fresh.fault:
            raise NotRepaired(f"its events cannot be folded: {fresh.fault}")
        return fresh

    async def _partition(self, connection: "asyncpg.Connection[Any]", key: str) -> int:
        seen = await reached(connection, self._model.name, self._generation)
        if not seen.sequences:
            raise NotRepaired("the generation is gone")
        return partition_of(key, len(seen.sequences))


def _deltas(now: Sequence[tuple[Sums, Sums]], before: _Counters) -> list[Sums]:
    """What to add to each counter table.

    Where the partition's error is known: its opposite, and what the key's rows and its fresh rows have gone apart
    since. Where it is not: what the fresh rows contribute minus what the stored ones do.
    """
    deltas: list[Sums] = []
    for number, (stored, fresh) in enumerate(now):
        error, delta = before.errors[number], minus(fresh, stored)
        if error is not None:
            stored_before, fresh_before = before.contributed[number]
            delta = minus(minus(delta, minus(fresh_before, stored_before)), error)
        deltas.append(delta)
    return deltas
