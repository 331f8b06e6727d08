"""Writes a partition key's fresh rows in place of the stored ones. Its checkpoint is held meanwhile."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import asyncpg

from engine.audit.comparing import stored_rows
from engine.audit.counting import Sums, minus
from engine.audit.fresh import FreshFold, FreshKey
from engine.audit.stored_tables import StoredCounters, StoredDerived, amounts_of
from engine.projection.contract import ReadModel
from engine.projection.fold_tables import FoldTables, Key
from engine.projection.generations import schema_of
from engine.projection.parts import Part


async def contributed(connection: "asyncpg.Connection[Any]", fresh: FreshKey) -> list[tuple[Sums, Sums]]:
    """By counter table: what the key's stored rows contribute, and what its fresh rows do."""
    found: list[tuple[Sums, Sums]] = []
    for fold in fresh.folds:
        stored = await stored_rows(connection, fold.tables, fold.rows)
        found += [
            (_sum(each.amounts, stored.values()), _sum(each.amounts, fold.rows.values()))
            for each in fold.tables.counters
        ]
    return found


async def write_rows(connection: "asyncpg.Connection[Any]", model: ReadModel, generation: int, fresh: FreshKey) -> None:
    """Rows and derived rows become what the folds say."""
    schema = schema_of(model.name, generation)
    for declared, fold in zip(model.folds, fresh.folds, strict=True):
        stored = await stored_rows(connection, fold.tables, fold.rows)
        await _execute(connection, _row_parts(fold, stored))
        for index_rows, table in zip(declared.index_rows, fold.tables.derived, strict=True):
            gone, new = await _derived(connection, StoredDerived(schema, index_rows), fold, stored)
            await _execute(connection, table.writes(gone, new))


async def add_to_counters(
    connection: "asyncpg.Connection[Any]",
    tables: Iterable[FoldTables],
    deltas: Sequence[Sums],
    partition: int,
    stored: Iterable[StoredCounters],
) -> None:
    """`deltas` and `stored` by counter table, in the order of the folds."""
    counters = [counter for each in tables for counter in each.counters]
    for counter, delta, there in zip(counters, deltas, stored, strict=True):
        await _execute(connection, counter.adds({(*key, partition): amounts for key, amounts in delta.items()}))
        await there.delete_zeros(connection, partition)


def plus(one: Sums, other: Sums) -> Sums:
    return minus(one, {key: tuple(-amount for amount in amounts) for key, amounts in other.items()})


def _row_parts(fold: FreshFold, stored: Mapping[Key, Any]) -> Iterator[Part]:
    changed = [(stored.get(key), row) for key, row in fold.rows.items() if row is not None and stored.get(key) != row]
    return fold.tables.rows.writes(changed, [key for key, row in fold.rows.items() if row is None and key in stored])


async def _derived(
    connection: "asyncpg.Connection[Any]", derived: StoredDerived, fold: FreshFold, stored: Mapping[Key, Any]
) -> tuple[list[Key], list[Key]]:
    """The keys of derived rows that must go, and the rows that are missing or wrong."""
    wanted = derived.of(row for row in fold.rows.values() if row is not None)
    left = derived.of(stored.values())
    there = await derived.load(connection, list(wanted.keys() | left.keys()))
    new = [row for key, row in wanted.items() if there.get(key) != row]
    return [key for key in there if key not in wanted], new


async def _execute(connection: "asyncpg.Connection[Any]", parts: Iterable[Part]) -> None:
    for part in parts:
        await connection.execute(part.sql, *part.sent)


def _sum(amounts: Any, rows: Iterable[Any]) -> Sums:
    sums: Sums = {}
    for row in rows:
        sums = plus(sums, {key: tuple(each) for key, each in amounts_of(amounts, row)})
    return sums
