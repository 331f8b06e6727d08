"""Order-independent checksums of a table in buckets, and the rows that differ in the buckets that do."""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any, NamedTuple

import asyncpg

from engine.audit.shapes import Shape
from engine.projection.columns import quoted

_BUCKETS = 64
_PAGE = 500
_WHOLE_TABLE = "SET LOCAL enable_seqscan = on; SET LOCAL enable_sort = off"
"""The planner takes 64 buckets for as many as there are rows, and would sort them all."""


class RowApart(NamedTuple):
    """A row that is not the same in both generations."""

    key: tuple[Any, ...]
    is_old: bool
    """The serving generation has one."""
    is_new: bool


class Buckets(NamedTuple):
    """By bucket: how many rows, and the sum of their hashes."""

    sums: dict[int, tuple[int, int]]

    @property
    def rows(self) -> int:
        return sum(count for count, _ in self.sums.values())

    def apart(self, other: "Buckets") -> list[int]:
        return sorted(
            each for each in self.sums.keys() | other.sums.keys() if self.sums.get(each) != other.sums.get(each)
        )


async def summed(connection: "asyncpg.Connection[Any]", schema: str, shape: Shape) -> Buckets:
    """Reads the whole table once."""
    await connection.execute(_WHOLE_TABLE)
    rows = await connection.fetch(
        f"SELECT bucket, count(*), sum(hash) FROM (SELECT {_bucket(shape)} AS bucket, {_hash(shape)} AS hash"  # noqa: S608 - names of the catalogue
        f" FROM {_named(schema, shape)} AS t) AS hashed GROUP BY bucket"
    )
    return Buckets({bucket: (count, int(total)) for bucket, count, total in rows})


async def rows_apart(
    connection: "asyncpg.Connection[Any]", serving: str, new: str, shape: Shape, buckets: Collection[int]
) -> AsyncIterator[list[RowApart]]:
    """The rows of these buckets that are missing on a side or differ, in pages."""
    names = ", ".join(quoted(column.name) for column in shape.key)
    sides = [
        f"SELECT {names}, {_hash(shape)} AS hash, true AS is_there FROM {_named(schema, shape)} AS t"  # noqa: S608 - names of the catalogue
        f" WHERE {_bucket(shape)} = ANY ($1)"
        for schema in (serving, new)
    ]
    sql = (
        f"SELECT coalesce(o.is_there, false), coalesce(n.is_there, false), {names}"  # noqa: S608 - same
        f" FROM ({sides[0]}) AS o FULL JOIN ({sides[1]}) AS n USING ({names}) WHERE o.hash IS DISTINCT FROM n.hash"
    )
    cursor = await connection.cursor(sql, list(buckets))
    while page := await cursor.fetch(_PAGE):
        yield [RowApart(tuple(key), is_old, is_new) for is_old, is_new, *key in page]


async def columns_apart(
    connection: "asyncpg.Connection[Any]", serving: str, new: str, shape: Shape, keys: Sequence[tuple[Any, ...]]
) -> set[str]:
    """The names of the columns in which these rows differ, without their values leaving the database."""
    if not keys:
        return set()
    sent = ", ".join(f"${number}::{column.kind}[]" for number, column in enumerate(shape.key, 1))
    names = [quoted(column.name) for column in shape.columns]
    others = [name for column, name in zip(shape.columns, names, strict=True) if not column.is_key]
    using = ", ".join(quoted(column.name) for column in shape.key)
    differ = ", ".join(f"bool_or(o.{name}::text IS DISTINCT FROM n.{name}::text)" for name in others)
    row = await connection.fetchrow(
        f"SELECT {differ or 'false'} FROM unnest({sent}) AS k({using})"  # noqa: S608 - same
        f" JOIN {_named(serving, shape)} AS o USING ({using}) JOIN {_named(new, shape)} AS n USING ({using})",
        *[list(column) for column in zip(*keys, strict=True)],
    )
    plain = [column.name for column in shape.columns if not column.is_key]
    return {name for name, is_apart in zip(plain, row or (), strict=False) if is_apart}


def _named(schema: str, shape: Shape) -> str:
    return f"{quoted(schema)}.{quoted(shape.table)}"


def _hash(shape: Shape) -> str:
    return f"hash_record_extended(ROW({', '.join(column.hashed for column in shape.columns)}), 0)"


def _bucket(shape: Shape) -> str:
    key = ", ".join(f"t.{quoted(column.name)}" for column in shape.key)
    return f"(hash_record_extended(ROW({key}), 0) & {_BUCKETS - 1})::int"
