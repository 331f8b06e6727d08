"""The values that differ, for the eyes of an operator who asked: never logged, never stored."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import asyncpg

from engine.audit.comparing import stored_rows
from engine.audit.fresh import FreshFold, FreshKey
from engine.audit.refolding import Refolder
from engine.audit.snapshot import look_up_by_key, reached, snapshot
from engine.audit.sources import Sources
from engine.audit.stored_tables import StoredDerived
from engine.projection.contract import ReadModel
from engine.projection.fold_tables import Key
from engine.projection.generations import schema_of
from engine.projection.rows import field_names


class ValueApart(NamedTuple):
    """One value of a row, or a whole row where only one side has it."""

    key: str
    table: str
    column: str
    stored: Any
    expected: Any


async def values_apart(sources: Sources, model: ReadModel, generation: int, keys: list[str]) -> list[ValueApart]:
    """What is stored for these partition keys, beside what the log says, where the two differ."""
    schema = schema_of(model.name, generation)
    derived = [[StoredDerived(schema, each) for each in fold.index_rows] for fold in model.folds]
    found: list[ValueApart] = []
    async with snapshot(sources.read_url) as connection:
        seen = await reached(connection, model.name, generation)
        await look_up_by_key(connection)
        for fresh in await Refolder(sources, model, generation).fold(connection, seen.wanted(keys)):
            for number, fold in enumerate(fresh.folds):
                found += await _of_fold(connection, fresh, fold, derived[number])
    return found


async def _of_fold(
    connection: "asyncpg.Connection[Any]", fresh: FreshKey, fold: FreshFold, derived: list[StoredDerived]
) -> list[ValueApart]:
    stored = await stored_rows(connection, fold.tables, fold.rows)
    table = fold.tables.fold.table.name
    found = [each for key, row in fold.rows.items() for each in _of_row(fresh.key, table, stored.get(key), row)]
    for each in derived:
        wanted = each.of(row for row in fold.rows.values() if row is not None)
        there = await each.load(connection, list(wanted.keys() | each.of(stored.values()).keys()))
        found += _of_derived(fresh.key, each.name, there, wanted)
    return found


def _of_row(key: str, table: str, stored: Any, row: Any) -> Iterator[ValueApart]:
    if stored is None or row is None:
        if stored is not row:
            yield ValueApart(key, table, "(row)", stored, row)
        return
    for name in field_names(row):
        one, other = getattr(stored, name), getattr(row, name)
        if one != other:
            yield ValueApart(key, table, name, one, other)


def _of_derived(key: str, table: str, there: dict[Key, Key], wanted: dict[Key, Key]) -> Iterator[ValueApart]:
    for place in there.keys() | wanted.keys():
        if there.get(place) != wanted.get(place):
            yield ValueApart(key, table, "(row)", there.get(place), wanted.get(place))
