"""Generations of read models: each build has a schema of its own, and readers go through stable views."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from engine.following.contract import Head
from engine.projection.columns import quoted, travels
from engine.projection.contract import ReadModel
from engine.projection.fold_tables import tables_of

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('projection.generations', 0))"
_SERVING = "SELECT number, version FROM projection.generations WHERE model = $1 AND state = 'serving'"
_COLUMNS = """
    SELECT table_name::text, array_agg(column_name::text ORDER BY ordinal_position)
      FROM information_schema.columns WHERE table_schema = $1 GROUP BY table_name
"""
_ADD = "INSERT INTO projection.generations (model, number, version, state) VALUES ($1, $2, $3, 'serving')"
_ADD_CHECKPOINTS = """
    INSERT INTO projection.checkpoints (model, generation, partition, epoch, sequence)
    SELECT $1, $2, partition, $3, 0 FROM generate_series(0, $4::int - 1) AS partition
"""


class Generation(NamedTuple):
    """A build of a read model."""

    number: int
    version: int


async def serving_generation(connection: "asyncpg.Connection[Any]", model: ReadModel, head: Head) -> Generation:
    """The generation that readers see; the first one is made here, empty, to be folded from the log's beginning."""
    async with connection.transaction():
        await connection.execute(_LOCK)  # two projectors may start at once
        found = await connection.fetchrow(_SERVING, model.name)
        if found is not None:
            return Generation(*found)
        await _create(connection, model, 1)
        await connection.execute(_ADD, model.name, 1, model.version)
        await connection.execute(_ADD_CHECKPOINTS, model.name, 1, head.epoch, len(head.sequences))
    return Generation(1, model.version)


async def difference(connection: "asyncpg.Connection[Any]", model: ReadModel, generation: int) -> str | None:
    """Where the declared tables are not those of the generation: a change whose version was not raised."""
    rows = await connection.fetch(_COLUMNS, schema_of(model.name, generation))
    found = {row[0]: row[1] for row in rows}
    for table in _tables(model):
        if found.get(table.name) != [column.name for column in table.columns]:
            return table.name
    return None


def schema_of(model: str, generation: int) -> str:
    return f"{model}_g{generation}"


async def _create(connection: "asyncpg.Connection[Any]", model: ReadModel, generation: int) -> None:
    schema = schema_of(model.name, generation)
    await connection.execute(f"CREATE SCHEMA {quoted(schema)}")
    for table in _tables(model):
        for statement in _ddl(table, schema):
            await connection.execute(statement)
        await connection.execute(_view(table, schema))


def _ddl(table: Table, schema: str) -> Iterable[str]:
    placed = table.to_metadata(MetaData(), schema=schema)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    yield str(CreateTable(placed).compile(dialect=dialect))
    for column in travels(table):
        if column.is_wide:  # compressing long texts costs more time than all else that is done for them
            yield f"ALTER TABLE {quoted(schema)}.{quoted(table.name)} ALTER COLUMN {column.name} SET STORAGE EXTERNAL"
    for index in sorted(placed.indexes, key=lambda each: str(each.name)):
        yield str(CreateIndex(index).compile(dialect=dialect))


def _view(table: Table, schema: str) -> str:
    """The columns are named, so that a view never shows more than the model declares."""
    columns = ", ".join(quoted(column.name) for column in table.columns)
    name = quoted(table.name)
    return f"CREATE VIEW serving.{name} AS SELECT {columns} FROM {quoted(schema)}.{name}"  # noqa: S608 - names of declared tables


def _tables(model: ReadModel) -> list[Table]:
    return [table for fold in model.folds for table in tables_of(fold)]
