"""A run of whole keys: made complete, and written in one transaction with the progress that it is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import asyncpg

from engine.log.records import StoredEvent
from engine.projection.fold_tables import CounterTable, Key
from engine.projection.parking import Fault, park
from engine.rebuild.build import Build
from engine.rebuild.completing import Completing
from engine.rebuild.copying import CopyFold
from engine.rebuild.key_folding import FoldedKey, Row


class Parked(NamedTuple):
    """Events of one key that are set aside in one build: the first has the fault, the others wait behind it."""

    build: Build
    events: Sequence[StoredEvent]
    fault: Fault


class ChunkWriter:
    """Writes keys into the tables of the builds."""

    def __init__(self, builds: Sequence[Build], completing: Completing) -> None:
        self._folds = [CopyFold(build.projection.name, tables) for build in builds for tables in build.projection.folds]
        self._completing = completing

    def size_of(self, key: FoldedKey) -> int:
        return sum([self._folds[number].size_of(row.value) for number, row in key.rows])

    async def complete(self, connection: "asyncpg.Connection[Any]", keys: Iterable[FoldedKey]) -> None:
        """Gives the rows what is only wanted of the last state. Rows that have it already stay as they are."""
        placed = _by_fold(keys).items()
        await self._completing.complete(connection, [(self._folds[number], rows) for number, rows in placed])

    async def write(self, connection: "asyncpg.Connection[Any]", keys: Sequence[FoldedKey]) -> None:
        """Keys of one partition, within a transaction of the caller's."""
        for number, rows in _by_fold(keys).items():
            fold, values = self._folds[number], [row.value for row in rows]
            await fold.copy(connection, values)
            for counter in fold.tables.counters:
                deltas = _added(counter, values, keys[0].partition)
                for part in counter.adds(deltas):
                    await connection.execute(part.sql, *part.sent)

    async def try_out(self, connection: "asyncpg.Connection[Any]", *keys: FoldedKey) -> None:
        """Completes and writes, and takes back what was written.

        Raises:
            Exception: whatever completing or the database raised.
        """
        await self.complete(connection, keys)
        attempt = connection.transaction()
        await attempt.start()
        try:
            await self.write(connection, keys)
        finally:
            await attempt.rollback()


async def set_aside(connection: "asyncpg.Connection[Any]", parked: Iterable[Parked]) -> None:
    for each in parked:
        first, *others = each.events
        await park(connection, each.build.projection, [first], each.fault)
        await park(connection, each.build.projection, others, Fault())


def _by_fold(keys: Iterable[FoldedKey]) -> dict[int, list[Row]]:
    rows: dict[int, list[Row]] = defaultdict(list)
    for key in keys:
        for number, row in key.rows:
            rows[number].append(row)
    return rows


def _added(counter: CounterTable, values: Iterable[Any], partition: int) -> dict[Key, list[int]]:
    sums: dict[Key, list[int]] = {}
    for value in values:
        for key, amounts in counter.amounts(value).items():
            place = (*key, partition)
            held = sums.get(place)
            sums[place] = list(amounts) if held is None else [a + b for a, b in zip(held, amounts, strict=True)]
    return {place: amounts for place, amounts in sums.items() if any(amounts)}
