"""Compares the stored rows of partition keys with fresh ones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import asyncpg

from engine.audit.fresh import FreshFold, FreshKey
from engine.audit.stored_tables import StoredDerived
from engine.audit.verdict import Found, Tables
from engine.projection.contract import ReadModel
from engine.projection.fold_tables import FoldTables, Key
from engine.projection.generations import schema_of
from engine.projection.rows import field_names


class Comparing:
    """Looks at the rows and derived rows of one generation."""

    def __init__(self, model: ReadModel, generation: int) -> None:
        schema = schema_of(model.name, generation)
        self._derived = [[StoredDerived(schema, each) for each in fold.index_rows] for fold in model.folds]

    async def differing(self, connection: "asyncpg.Connection[Any]", fresh: Sequence[FreshKey]) -> dict[str, Tables]:
        """What is stored otherwise, by partition key; keys that cannot be folded are left out.

        The connection's snapshot is the one that bounds the folds.
        """
        found: dict[str, Tables] = {}
        whole = [each for each in fresh if not each.fault]
        for number, derived in enumerate(self._derived):
            if whole:
                await _compare(connection, [(each.key, each.folds[number]) for each in whole], derived, found)
        return found

    def expected(self, fresh: Sequence[FreshKey]) -> dict[str, int]:
        """How many rows there should be, by table."""
        found: dict[str, int] = {}
        for number, derived in enumerate(self._derived):
            for each in (each for each in fresh if not each.fault):
                rows = [row for row in each.folds[number].rows.values() if row is not None]
                name = each.folds[number].tables.fold.table.name
                found[name] = found.get(name, 0) + len(rows)
                for table in derived:
                    found[table.name] = found.get(table.name, 0) + len(table.of(rows))
        return found


async def stored_rows(connection: "asyncpg.Connection[Any]", tables: FoldTables, keys: Iterable[Key]) -> dict[Key, Any]:
    """The rows of these keys that exist, as the fold's own rows."""
    rows: dict[Key, Any] = {}
    for read in tables.rows.reads(list(keys), []):
        found = map(read.make, await connection.fetch(read.part.sql, *read.part.sent))
        rows.update((tables.rows.key_of(row), row) for row in found)
    return rows


async def _compare(
    connection: "asyncpg.Connection[Any]",
    folds: Sequence[tuple[str, FreshFold]],
    derived: Sequence[StoredDerived],
    found: dict[str, Tables],
) -> None:
    tables = folds[0][1].tables
    stored = await stored_rows(connection, tables, (key for _, fold in folds for key in fold.rows))
    for owner, fold in folds:
        for key, row, other in fold.pairs():
            _note(found, owner, tables.fold.table.name, _rows_differ(stored.get(key), row, other))
    for each in derived:
        sets = {owner: _sets(each, fold, stored) for owner, fold in folds}
        there = await each.load(
            connection, list({key for expected, unwanted in sets.values() for key in (*expected, *unwanted)})
        )
        for owner, (expected, unwanted) in sets.items():
            for key, row in expected.items():
                _note(found, owner, each.name, _tuples_differ(each.columns, there.get(key), row))
            for key in unwanted:
                _note(found, owner, each.name, Found(extra=1) if key in there else None)


def _sets(derived: StoredDerived, fold: FreshFold, stored: Mapping[Key, Any]) -> tuple[dict[Key, Key], set[Key]]:
    """The derived rows that must be there, and the keys of those that a wrongly stored row may have left.

    What hangs on erased text is neither.
    """
    rows = derived.of(row for row in fold.rows.values() if row is not None)
    others = derived.of(other for _, _, other in fold.pairs() if other is not None) if fold.others else rows
    if others is not rows and others != rows:
        return {key: row for key, row in rows.items() if others.get(key) == row}, set()
    left = derived.of(stored[key] for key, row in fold.rows.items() if key in stored and stored[key] != row)
    return rows, {key for key in left if key not in rows}


def _rows_differ(stored: Any, row: Any, other: Any) -> Found | None:
    if stored is None or row is None:
        if (stored is None) is (row is None) or (row is None) is not (other is None):
            return None
        return Found(missing=1) if stored is None else Found(extra=1)
    if stored == row:
        return None
    names = {name for name in field_names(row) if getattr(stored, name) != getattr(row, name)}
    unsure = {name for name in names if other is None or getattr(other, name) != getattr(row, name)}
    return Found(different=1, columns=names - unsure) if names - unsure else None


def _tuples_differ(columns: Sequence[str], stored: Key | None, row: Key) -> Found | None:
    if stored is None:
        return Found(missing=1)
    if stored == row:
        return None
    return Found(
        different=1, columns={name for name, one, other in zip(columns, stored, row, strict=True) if one != other}
    )


def _note(found: dict[str, Tables], owner: str, table: str, difference: Found | None) -> None:
    if difference is not None:
        difference.keys[owner] = None
        found.setdefault(owner, {}).setdefault(table, Found()).add(difference)


def rows_of(fresh: Iterable[FreshKey], number: int) -> Iterator[tuple[int, Any, Any]]:
    """(partition, row, row by other texts) of every row that fold `number` makes."""
    return ((each.partition, row, other) for each in fresh for _, row, other in each.folds[number].pairs())
