"""Which tables and columns two generations have in common, as the database itself says."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import asyncpg

from engine.projection.columns import quoted

_COLUMNS = """
    SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
           coalesce(a.attnum = ANY (i.indkey), false)
      FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary
     WHERE n.nspname = $1 AND c.relkind = 'r' ORDER BY c.relname, a.attnum
"""
_HASHABLE = frozenset(
    {
        "smallint",
        "integer",
        "bigint",
        "boolean",
        "uuid",
        "timestamp with time zone",
        "date",
        "numeric",
        "bytea",
        "jsonb",
        "double precision",
        "real",
    }
)


class Column(NamedTuple):
    name: str
    kind: str
    is_key: bool

    @property
    def hashed(self) -> str:
        """What of it goes into a row's hash. Texts are hashed one by one: a row of long ones would be copied first."""
        place = f"t.{quoted(self.name)}"
        if self.kind.removesuffix("[]") in _HASHABLE or self.kind == "text[]":
            return place
        return f"hashtextextended({place}{'' if self.kind == 'text' else '::text'}, 0)"


class Shape(NamedTuple):
    """One table that both have: its key, and all the columns that are compared."""

    table: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.is_key)


async def shared(connection: "asyncpg.Connection[Any]", serving: str, new: str) -> tuple[list[Shape], tuple[str, ...]]:
    """The tables that both schemas have with the same key, and the names of the others."""
    old, fresh = await _tables(connection, serving), await _tables(connection, new)
    shapes = [Shape(name, _both(old[name], fresh[name])) for name in sorted(old.keys() & fresh.keys())]
    comparable = [
        shape for shape in shapes if _key(old[shape.table]) == _key(fresh[shape.table]) == _key(shape.columns)
    ]
    left = (old.keys() | fresh.keys()) - {shape.table for shape in comparable}
    return comparable, tuple(sorted(left))


async def _tables(connection: "asyncpg.Connection[Any]", schema: str) -> Mapping[str, list[Column]]:
    tables: dict[str, list[Column]] = {}
    for table, *column in await connection.fetch(_COLUMNS, schema):
        tables.setdefault(table, []).append(Column(*column))
    return tables


def _both(old: Iterable[Column], new: Iterable[Column]) -> tuple[Column, ...]:
    there = set(old)
    return tuple(column for column in new if column in there)


def _key(columns: Iterable[Column]) -> set[Column]:
    return {column for column in columns if column.is_key}
