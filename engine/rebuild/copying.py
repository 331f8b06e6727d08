"""Writes many new rows into a bare table by COPY."""

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg
from sqlalchemy import Table

from engine.projection.columns import Convert, Travel, travels
from engine.projection.fold_tables import DerivedTable, FoldTables
from engine.projection.rows import field_names
from engine.rebuild.late_texts import LateText

_TIMEOUT_S = 300.0
_ROW_BYTES = 200
_SEVERAL = 2
Values = tuple[Any, ...]


class CopyTable:
    """A table, and how Python's values become those of its columns."""

    def __init__(self, schema: str, table: Table, row: type[Any] | None = None) -> None:
        self._schema, self._name = schema, table.name
        self._columns = [column.name for column in table.columns]
        columns = travels(table, row)
        self._encoders = [(n, encode) for n, each in enumerate(columns) if (encode := _copied(each)) is not None]

    async def copy(self, connection: "asyncpg.Connection[Any]", rows: Sequence[Values]) -> None:
        if rows:
            records = map(self._encoded, rows) if self._encoders else rows
            await connection.copy_records_to_table(
                self._name, schema_name=self._schema, columns=self._columns, records=records, timeout=_TIMEOUT_S
            )

    def _encoded(self, row: Values) -> Values:
        values = list(row)
        for number, encode in self._encoders:
            if values[number] is not None:
                values[number] = encode(values[number])
        return tuple(values)


class CopyFold:
    """The tables of a fold that take new rows alone."""

    def __init__(self, schema: str, tables: FoldTables) -> None:
        fold = tables.fold
        self.tables = tables
        columns = zip(fold.table.columns, travels(fold.table, fold.row), strict=True)
        self.wide = [column.name for column, travel in columns if travel.is_wide]
        """Columns of texts that may be long."""
        self._names = None if issubclass(fold.row, tuple) else field_names(fold.row)
        self._rows = CopyTable(schema, fold.table, fold.row)
        self._derived = [
            (derived, CopyTable(schema, index.table))
            for derived, index in zip(tables.derived, fold.index_rows, strict=True)
        ]

    def late_texts(self, row: Any) -> dict[str, LateText]:
        """By column, those that are still in the log."""
        return {name: value for name in self.wide if type(value := getattr(row, name)) is LateText}

    def size_of(self, row: Any) -> int:
        """About how large the row is, with what is still in the log."""
        size = _ROW_BYTES
        for name in self.wide:
            value = getattr(row, name)
            if type(value) is LateText:
                size += value.size_bytes
            elif isinstance(value, str):
                size += len(value)
        return size

    async def copy(self, connection: "asyncpg.Connection[Any]", rows: Sequence[Any]) -> None:
        """Rows that were not there before, with all that is derived from them."""
        names = self._names
        values = rows if names is None else [tuple([getattr(row, name) for name in names]) for row in rows]
        await self._rows.copy(connection, values)
        for derived, table in self._derived:
            await table.copy(connection, _derived_rows(derived, rows))


def _derived_rows(derived: DerivedTable, rows: Iterable[Any]) -> list[Values]:
    found: list[Values] = []
    for row in rows:
        made = tuple(derived.rows(row))
        found += made if len(made) < _SEVERAL else dict.fromkeys(made)
    return found


def _copied(column: Travel) -> Convert | None:
    """An array goes as it is: it need not travel within another one."""
    return column.encode if column.unpacked == column.name else None
