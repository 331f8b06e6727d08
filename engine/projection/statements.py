"""The SQL of one table of a generation: many rows in one statement, compiled once."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table

from engine.projection.columns import Travel, quoted


class TableStatements:
    """Statements whose parameter is an array of the table's rows, or else one array a column of its key."""

    def __init__(self, schema: str, table: Table, columns: Sequence[Travel]) -> None:
        key_names = [quoted(column.name) for column in table.primary_key.columns]
        by_name = {column.name: column for column in columns}
        self.key = tuple(by_name[name] for name in key_names)
        self.key_positions = tuple(columns.index(column) for column in self.key)
        self._columns = tuple(columns)
        self.narrow = tuple(column for column in columns if not column.is_wide or column in self.key)
        """The columns without those that may be large."""
        self._others = tuple(column for column in columns if column not in self.key)
        self.name = f"{quoted(schema)}.{quoted(table.name)}"

    def select(self) -> str:
        """The rows of these keys."""
        return self._select([f"t.{column.name}" for column in self._columns])

    def select_narrow(self) -> str:
        """The same with NULL in place of the wide columns."""
        return self._select(
            [f"t.{each.name}" if each in self.narrow else f"NULL::{each.sent_as}" for each in self._columns]
        )

    def _select(self, values: Iterable[str]) -> str:
        return f"SELECT {', '.join(values)} FROM {self._keys()} JOIN {self.name} AS t ON {self._same_key()}"  # noqa: S608 - names of declared tables

    def insert(self) -> str:
        names = ", ".join(column.name for column in self._columns)
        values = ", ".join(f"n.{column.name}" for column in self._columns)
        return f"INSERT INTO {self.name} AS t ({names}) SELECT {values} FROM {self._rows()}"  # noqa: S608 - same

    def upsert(self) -> str:
        return self._on_conflict([f"{column.name} = excluded.{column.name}" for column in self._others])

    def put(self) -> str:
        """Inserts; where a row differs in no more than its other columns, these are replaced."""
        return self.upsert() if self._others else self.insert()

    def update_narrow(self) -> str:
        """Writes all but the wide columns of rows that exist: what lies in TOAST stays there."""
        sets = ", ".join(f"{each.name} = n.{each.name}" for each in self.narrow if each not in self.key)
        return f"UPDATE {self.name} AS t SET {sets} FROM {self._rows()} WHERE {self._same_key()}"  # noqa: S608 - same

    def add(self) -> str:
        """Adds to the rows that exist."""
        return self._on_conflict(
            [f"{column.name} = t.{column.name} + excluded.{column.name}" for column in self._others]
        )

    def delete(self) -> str:
        return f"DELETE FROM {self.name} AS t USING {self._keys()} WHERE {self._same_key()}"  # noqa: S608 - same

    def delete_zeros(self) -> str:
        zeros = " AND ".join(f"t.{column.name} = 0" for column in self._others)
        return f"{self.delete()} AND {zeros}"

    def _on_conflict(self, changes: Iterable[str]) -> str:
        keys, sets = ", ".join(column.name for column in self.key), ", ".join(changes)
        action = f"UPDATE SET {sets}" if sets else "NOTHING"
        return f"{self.insert()} ON CONFLICT ({keys}) DO {action}"

    def _rows(self) -> str:
        return f"unnest($1::{self.name}[]) AS n"

    def _keys(self) -> str:
        arrays = ", ".join(f"${number}::{column.sent_as}[]" for number, column in enumerate(self.key, 1))
        return f"unnest({arrays}) AS n({', '.join(column.name for column in self.key)})"

    def _same_key(self) -> str:
        return " AND ".join(f"t.{column.name} = n.{column.unpacked}" for column in self.key)


def records(columns: Sequence[Travel], rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Rows as elements of one array, encoded for the way: an array within a row goes as it is."""
    encoders = [
        (number, column.encode) for number, column in enumerate(columns) if column.encode and not column.is_array
    ]
    if not encoders:
        return list(rows)
    made: list[Sequence[Any]] = []
    for row in rows:
        values = list(row)
        for number, encode in encoders:
            if values[number] is not None:
                values[number] = encode(values[number])
        made.append(tuple(values))
    return made


def arrays(columns: Sequence[Travel], rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Rows turned into one array a column, encoded for the way."""
    turned: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for number, column in enumerate(columns):
        encode = column.encode
        if encode is not None:
            turned[number] = [None if value is None else encode(value) for value in turned[number]]
    return turned
