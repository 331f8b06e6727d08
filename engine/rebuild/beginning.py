"""The first step of a build: a generation with empty tables, and a part for each partition."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from engine.projection.columns import quoted
from engine.projection.contract import ReadModel
from engine.projection.generations import add_generation, lock_generations, next_number, schema_of
from engine.projection.table_ddl import table_ddl
from engine.rebuild.bare_tables import bare_ddl, bare_tables, counter_tables

_BEGUN = "SELECT generation FROM projection.replays WHERE id = $1 FOR UPDATE"
_BEGIN = """
    UPDATE projection.replays SET generation = $2, epoch = $3, targets = $4,
           started_at = coalesce(started_at, clock_timestamp())
     WHERE id = $1
"""
# Sequences are dense, so the target is also the number of events up to it.
_PARTS = """
    INSERT INTO projection.replay_parts (replay, partition, events, is_done)
    SELECT $1, n.ordinality - 1, n.target, n.target = 0
      FROM unnest($2::bigint[]) WITH ORDINALITY AS n(target, ordinality)
"""


async def begin(
    connection: "asyncpg.Connection[Any]", replay: int, model: ReadModel, targets: Sequence[int], epoch: int
) -> int:
    """Makes the generation that the replay builds, and gives its number; the same again when it was begun already.

    Args:
        connection: to the read database.
        replay: its row in projection.replays.
        model: what is built.
        targets: the sequence that each partition is built up to.
        epoch: the log's.
    """
    async with connection.transaction():
        await lock_generations(connection)
        begun = await connection.fetchval(_BEGUN, replay)
        if begun is not None:
            return int(begun)
        number = await next_number(connection, model.name)
        await _create_tables(connection, model, schema_of(model.name, number))
        await add_generation(connection, model, number, "building")
        await connection.execute(_BEGIN, replay, number, epoch, list(targets))
        await connection.execute(_PARTS, replay, list(targets))
    return number


async def _create_tables(connection: "asyncpg.Connection[Any]", model: ReadModel, schema: str) -> None:
    await connection.execute(f"CREATE SCHEMA {quoted(schema)}")
    for table in counter_tables(model):
        for statement in table_ddl(table, schema):
            await connection.execute(statement)
    for table in bare_tables(model):
        for statement in bare_ddl(table, schema):
            await connection.execute(statement)
