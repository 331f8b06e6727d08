"""The last step of a build: keys, indexes and statistics; and the end of a generation that is not wanted."""

from typing import Any

import asyncpg

from engine.projection.columns import quoted
from engine.projection.contract import ReadModel
from engine.projection.generations import add_checkpoints, lock_generations, schema_of, tables
from engine.rebuild.bare_tables import TableKey, bare_tables, keys

_SESSION = "SET LOCAL maintenance_work_mem = '256MB'"
_STEP_TIMEOUT_S = 6 * 3600.0
_REPLAY = "SELECT generation, epoch, targets FROM projection.replays WHERE id = $1"
_UNFINISHED = "SELECT count(*) FROM projection.replay_parts WHERE replay = $1 AND NOT is_done"
_INDEXES = """
    SELECT t.relname::text, CASE WHEN NOT i.indisprimary THEN c.relname::text END
      FROM pg_index AS i JOIN pg_class AS t ON t.oid = i.indrelid JOIN pg_class AS c ON c.oid = i.indexrelid
      JOIN pg_namespace AS n ON n.oid = t.relnamespace
     WHERE n.nspname = $1
"""
_HOLD = "SELECT built_at FROM projection.generations WHERE model = $1 AND number = $2 FOR UPDATE"
_BUILT = """
    WITH of_generation AS (
        UPDATE projection.generations SET built_at = clock_timestamp() WHERE model = $1 AND number = $2
    )
    UPDATE projection.replays SET built_at = clock_timestamp() WHERE id = $3
"""
_STATE = "SELECT state FROM projection.generations WHERE model = $1 AND number = $2 FOR UPDATE"
_DELETE = "DELETE FROM projection.generations WHERE model = $1 AND number = $2 AND state <> 'serving'"


class NotBuilt(Exception):  # noqa: N818 - named for the fact
    """Some part of the generation is not folded yet."""


class StillServing(Exception):  # noqa: N818 - named for the fact
    """Readers see this generation: it cannot be dropped."""


async def finish(connection: "asyncpg.Connection[Any]", replay: int, model: ReadModel) -> None:
    """Makes what was folded a whole generation. Each statement commits: a second run goes on where the first ended.

    Raises:
        NotBuilt: a part is not done.
    """
    number, epoch, targets = await connection.fetchrow(_REPLAY, replay)  # type: ignore[misc] # there is one
    if await connection.fetchval(_UNFINISHED, replay):
        raise NotBuilt(f"replay {replay} has parts that are not folded yet")
    schema = schema_of(model.name, number)
    for key in await _missing(connection, model, schema):
        async with connection.transaction():
            await connection.execute(_SESSION)
            await connection.execute(key.statement, timeout=_STEP_TIMEOUT_S)
    for table in tables(model):
        await connection.execute(f"ANALYZE {quoted(schema)}.{quoted(table.name)}", timeout=_STEP_TIMEOUT_S)
    async with connection.transaction():
        if await connection.fetchval(_HOLD, model.name, number) is None:
            await add_checkpoints(connection, model.name, number, epoch, targets)
            await connection.execute(_BUILT, model.name, number, replay)


async def drop_generation(connection: "asyncpg.Connection[Any]", model: str, number: int) -> None:
    """Drops a generation with all that is kept of it; nothing happens when there is none.

    Raises:
        StillServing: it is the one that readers see.
    """
    async with connection.transaction():
        await lock_generations(connection)
        if await connection.fetchval(_STATE, model, number) == "serving":
            raise StillServing(f"{model}_g{number} is what readers see")
        await connection.execute(_DELETE, model, number)
        await connection.execute(f"DROP SCHEMA IF EXISTS {quoted(schema_of(model, number))} CASCADE")


async def _missing(connection: "asyncpg.Connection[Any]", model: ReadModel, schema: str) -> list[TableKey]:
    there = {tuple(row) for row in await connection.fetch(_INDEXES, schema)}
    return [key for table in bare_tables(model) for key in keys(table, schema) if (table.name, key.name) not in there]
