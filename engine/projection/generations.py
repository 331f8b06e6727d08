"""Generations of read models: each build has a schema of its own, and readers go through stable views."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg
from sqlalchemy import Table

from engine.following.contract import Head
from engine.projection import views
from engine.projection.columns import quoted
from engine.projection.contract import ReadModel
from engine.projection.fold_tables import tables_of
from engine.projection.table_ddl import table_ddl

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('projection.generations', 0))"
_SERVING = "SELECT number, version FROM projection.generations WHERE model = $1 AND state = 'serving'"
_VERSION = "SELECT version FROM projection.generations WHERE model = $1 AND number = $2"
_FOLLOWED = """
    SELECT model, number, version FROM projection.generations
     WHERE model = ANY ($1::text[]) AND state IN ('following', 'serving', 'retired') ORDER BY model, number
"""
_COLUMNS = """
    SELECT table_name::text, array_agg(column_name::text ORDER BY ordinal_position)
      FROM information_schema.columns WHERE table_schema = $1 GROUP BY table_name
"""
# A number is never given twice: whoever still writes to a dropped generation must not meet its successor.
_NEXT = """
    SELECT 1 + greatest((SELECT max(number) FROM projection.generations WHERE model = $1),
                        (SELECT max(generation) FROM projection.replays WHERE model = $1), 0)
"""
_ADD = "INSERT INTO projection.generations (model, number, version, state) VALUES ($1, $2, $3, $4)"
_ADD_CHECKPOINTS = """
    INSERT INTO projection.checkpoints (model, generation, partition, epoch, sequence)
    SELECT $1, $2, n.ordinality - 1, $3, n.sequence FROM unnest($4::bigint[]) WITH ORDINALITY AS n(sequence, ordinality)
"""


class Generation(NamedTuple):
    """A build of a read model."""

    number: int
    version: int


async def serving_generation(connection: "asyncpg.Connection[Any]", model: ReadModel, head: Head) -> Generation:
    """The generation that readers see; the first one is made here, empty, to be folded from the log's beginning."""
    async with connection.transaction():
        await lock_generations(connection)  # two projectors may start at once
        found = await connection.fetchrow(_SERVING, model.name)
        if found is not None:
            return Generation(*found)
        number = await next_number(connection, model.name)
        await create_tables(connection, model, number)
        await add_generation(connection, model, number, "serving")
        await add_checkpoints(connection, model.name, number, head.epoch, [0] * len(head.sequences))
        await views.show(connection, await views.statements(connection, model.name, number))
    return Generation(number, model.version)


async def followed_generations(
    connection: "asyncpg.Connection[Any]", models: Sequence[ReadModel]
) -> list[tuple[str, Generation]]:
    """What projectors keep up to date, by model name: what is read, and what may be in its place at any time."""
    found = await connection.fetch(_FOLLOWED, [model.name for model in models])
    return [(row["model"], Generation(row["number"], row["version"])) for row in found]


async def lock_generations(connection: "asyncpg.Connection[Any]") -> None:
    """Whoever makes a generation, drops one or changes which one is read is alone until the transaction ends."""
    await connection.execute(_LOCK)


async def next_number(connection: "asyncpg.Connection[Any]", model: str) -> int:
    return int(await connection.fetchval(_NEXT, model))


async def version_of(connection: "asyncpg.Connection[Any]", model: str, generation: int) -> int:
    return int(await connection.fetchval(_VERSION, model, generation))


async def create_tables(connection: "asyncpg.Connection[Any]", model: ReadModel, generation: int) -> None:
    """A schema with the model's tables, keys and indexes; readers see nothing of it."""
    schema = schema_of(model.name, generation)
    await connection.execute(f"CREATE SCHEMA {quoted(schema)}")
    for table in tables(model):
        for statement in table_ddl(table, schema):
            await connection.execute(statement)


async def add_generation(connection: "asyncpg.Connection[Any]", model: ReadModel, generation: int, state: str) -> None:
    await connection.execute(_ADD, model.name, generation, model.version, state)


async def add_checkpoints(
    connection: "asyncpg.Connection[Any]", model: str, generation: int, epoch: int, sequences: Sequence[int]
) -> None:
    """Says how far a generation has got in each partition."""
    await connection.execute(_ADD_CHECKPOINTS, model, generation, epoch, sequences)


async def difference(connection: "asyncpg.Connection[Any]", model: ReadModel, generation: int) -> str | None:
    """Where the declared tables are not those of the generation: a change whose version was not raised."""
    rows = await connection.fetch(_COLUMNS, schema_of(model.name, generation))
    found = {row[0]: row[1] for row in rows}
    for table in tables(model):
        if found.get(table.name) != [column.name for column in table.columns]:
            return table.name
    return None


def schema_of(model: str, generation: int) -> str:
    return f"{model}_g{generation}"


def tables(model: ReadModel) -> list[Table]:
    return [table for fold in model.folds for table in tables_of(fold)]
