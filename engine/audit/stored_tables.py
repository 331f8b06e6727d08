"""The stored side of one fold's derived rows and counters: read by key or by partition."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import asyncpg
from sqlalchemy import Table

from engine.projection.columns import quoted, travels
from engine.projection.contract import Contribution, IndexRows
from engine.projection.fold_tables import Key
from engine.projection.statements import TableStatements, arrays


class StoredDerived:
    """Derived rows as tuples in the table's column order, as the fold makes them."""

    def __init__(self, schema: str, index_rows: IndexRows[Any]) -> None:
        self.name, self._rows = index_rows.table.name, index_rows.rows
        self.columns = [column.name for column in index_rows.table.columns]
        self._make = _plain_row(index_rows.table)
        statements = TableStatements(schema, index_rows.table, travels(index_rows.table))
        self._positions, self._key, self._select = statements.key_positions, statements.key, statements.select()

    def of(self, rows: Iterable[Any]) -> dict[Key, Key]:
        """The derived rows of these rows, by their keys."""
        return {self.key_of(each): tuple(map(_plain, each)) for row in rows for each in self._rows(row)}

    def key_of(self, row: Sequence[Any]) -> Key:
        return tuple(row[position] for position in self._positions)

    async def load(self, connection: "asyncpg.Connection[Any]", keys: Sequence[Key]) -> dict[Key, Key]:
        if not keys:
            return {}
        found = map(self._make, await connection.fetch(self._select, *arrays(self._key, keys)))
        return {self.key_of(row): row for row in found}


class StoredCounters:
    """Counters of one partition: {key without the partition: amounts}, those at nothing left out."""

    def __init__(self, schema: str, contribution: Contribution[Any]) -> None:
        self.name, self.amounts = contribution.table.name, contribution.amounts
        columns = travels(contribution.table)
        statements = TableStatements(schema, contribution.table, columns)
        self._width = len(statements.key) - 1
        self.columns = [column.name for column in columns[self._width + 1 :]]
        self._select = f"SELECT {', '.join(each.name for each in columns)} {_of_partition(schema, contribution.table)}"
        at_nothing = " AND ".join(f"{name} = 0" for name in self.columns)
        self._delete_zeros = f"DELETE {_of_partition(schema, contribution.table)} AND {at_nothing}"

    async def load(self, connection: "asyncpg.Connection[Any]", partition: int) -> dict[Key, tuple[int, ...]]:
        found = (tuple(row) for row in await connection.fetch(self._select, partition))
        counted = {row[: self._width]: row[self._width + 1 :] for row in found}
        return {key: amounts for key, amounts in counted.items() if any(amounts)}

    async def delete_zeros(self, connection: "asyncpg.Connection[Any]", partition: int) -> None:
        """What came to nothing in steps of which some were wrong is left otherwise."""
        await connection.execute(self._delete_zeros, partition)


def amounts_of(
    amounts: Callable[[Any], Mapping[Key, tuple[int, ...]]], row: Any
) -> Iterator[tuple[Key, Sequence[int]]]:
    return iter(amounts(row).items()) if row is not None else iter(())


def _of_partition(schema: str, table: Table) -> str:
    return f"FROM {quoted(schema)}.{quoted(table.name)} WHERE partition = $1"


def _plain_row(table: Table) -> Callable[[Any], Key]:
    decoders = [column.decode for column in travels(table)]

    def make(record: Any) -> Key:
        values = (
            value if decode is None or value is None else decode(value)
            for value, decode in zip(record, decoders, strict=True)
        )
        return tuple(map(_plain, values))

    return make


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
