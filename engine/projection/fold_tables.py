"""The tables of one fold in one generation: the rows themselves, their counters, their derived rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import asyncpg
from sqlalchemy import Table

from engine.projection.columns import Travel, travels
from engine.projection.contract import Contribution, IndexRows, RowFold
from engine.projection.statements import TableStatements, arrays

Key = tuple[Any, ...]


class DeclarationWrong(TypeError):  # noqa: N818 - named for the fact
    """A read model's declaration does not fit together."""


class RowTable:
    """The rows of a fold: loaded by key, written many at once."""

    def __init__(self, schema: str, fold: RowFold[Any]) -> None:
        _require_same_names(fold)
        self._columns = travels(fold.table, fold.row)
        statements = TableStatements(schema, fold.table, self._columns)
        self._select, self._upsert, self._delete = statements.select(), statements.upsert(), statements.delete()
        self._update_narrow = statements.update_narrow()
        self._key_columns, self._narrow_columns = statements.key, statements.narrow
        names = [field.name for field in fields(fold.row)]
        self._values = _getter(names)
        self._narrow_values = _getter([n for n, c in zip(names, self._columns, strict=True) if c in statements.narrow])
        wide = [n for n, c in zip(names, self._columns, strict=True) if c not in statements.narrow]
        self._wide_values = _getter(wide) if wide else None
        self.key_of = _getter([names[position] for position in statements.key_positions])
        self._make = _maker(fold.row, self._columns)

    async def load(self, connection: "asyncpg.Connection[Any]", keys: Sequence[Key]) -> dict[Key, Any]:
        found = await connection.fetch(self._select, *arrays(self._key_columns, keys))
        rows = [self._make(record) for record in found]
        return {self.key_of(row): row for row in rows}

    async def write(
        self, connection: "asyncpg.Connection[Any]", rows: Sequence[tuple[Any, Any]], gone: Sequence[Key]
    ) -> None:
        """Writes rows, each given as (before, after), and deletes those of the keys in `gone`."""
        if gone:
            await connection.execute(self._delete, *arrays(self._key_columns, gone))
        whole: list[Any] = []
        narrow: list[Any] = []
        for before, after in rows:
            (narrow if self._is_narrow(before, after) else whole).append(after)
        if whole:
            await connection.execute(self._upsert, *arrays(self._columns, map(self._values, whole)))
        if narrow:
            sent = arrays(self._narrow_columns, map(self._narrow_values, narrow))
            await connection.execute(self._update_narrow, *sent)

    def _is_narrow(self, before: Any, after: Any) -> bool:
        wide = self._wide_values
        return wide is not None and before is not None and bool(wide(before) == wide(after))


@dataclass(frozen=True, slots=True)
class CounterTable:
    """Counters that rows contribute to, one row a counter and partition."""

    amounts: Callable[[Any], Mapping[Key, tuple[int, ...]]]
    columns: tuple[Travel, ...]
    key: tuple[Travel, ...]
    add_sql: str
    delete_zeros_sql: str

    async def add(self, connection: "asyncpg.Connection[Any]", deltas: Mapping[Key, Sequence[int]]) -> None:
        """Adds to each counter; one that comes down to nothing is removed, as if it had never been."""
        if not deltas:
            return
        await connection.execute(
            self.add_sql, *arrays(self.columns, [(*key, *amounts) for key, amounts in deltas.items()])
        )
        shrunk = [key for key, amounts in deltas.items() if min(amounts) < 0]
        if shrunk:
            await connection.execute(self.delete_zeros_sql, *arrays(self.key, shrunk))


@dataclass(frozen=True, slots=True)
class DerivedTable:
    """Rows wholly derived from one row of the fold."""

    rows: Callable[[Any], Any]
    columns: tuple[Travel, ...]
    key: tuple[Travel, ...]
    key_positions: tuple[int, ...]
    insert_sql: str
    delete_sql: str

    async def replace(self, connection: "asyncpg.Connection[Any]", gone: Sequence[Key], new: Sequence[Key]) -> None:
        if gone:
            keys = [tuple(row[position] for position in self.key_positions) for row in gone]
            await connection.execute(self.delete_sql, *arrays(self.key, keys))
        if new:
            await connection.execute(self.insert_sql, *arrays(self.columns, new))


class FoldTables:
    """A fold with its tables in one generation's schema."""

    def __init__(self, schema: str, fold: RowFold[Any]) -> None:
        self.fold = fold
        self.events = frozenset(fold.events)
        self.rows = RowTable(schema, fold)
        self.counters = tuple(_counter(schema, each) for each in fold.contributions)
        self.derived = tuple(_derived(schema, each) for each in fold.index_rows)


def tables_of(fold: RowFold[Any]) -> list[Table]:
    return [fold.table, *(each.table for each in fold.contributions), *(each.table for each in fold.index_rows)]


def _counter(schema: str, contribution: Contribution[Any]) -> CounterTable:
    columns = travels(contribution.table)
    statements = TableStatements(schema, contribution.table, columns)
    if statements.key_positions != tuple(range(len(statements.key))) or statements.key[-1].name != "partition":
        raise DeclarationWrong(f"{contribution.table.name}: first the key columns, then partition, then the amounts")
    return CounterTable(contribution.amounts, columns, statements.key, statements.add(), statements.delete_zeros())


def _derived(schema: str, index_rows: IndexRows[Any]) -> DerivedTable:
    columns = travels(index_rows.table)
    statements = TableStatements(schema, index_rows.table, columns)
    return DerivedTable(
        index_rows.rows, columns, statements.key, statements.key_positions, statements.insert(), statements.delete()
    )


def _require_same_names(fold: RowFold[Any]) -> None:
    declared, written = [column.name for column in fold.table.columns], [field.name for field in fields(fold.row)]
    if declared != written:
        raise DeclarationWrong(f"{fold.table.name} has the columns {declared}, {fold.row.__name__} has {written}")


def _getter(names: Sequence[str]) -> Callable[[Any], Key]:
    """Like attrgetter, but a tuple for a single name too."""
    if len(names) > 1:
        return attrgetter(*names)
    one = attrgetter(names[0])
    return lambda row: (one(row),)


def _maker(row: type[Any], columns: Sequence[Travel]) -> Callable[[Any], Any]:
    decoders = [(number, column.decode) for number, column in enumerate(columns) if column.decode is not None]

    def make(record: Any) -> Any:
        values = list(record)
        for number, decode in decoders:
            if values[number] is not None:
                values[number] = decode(values[number])
        return row(*values)

    return make
