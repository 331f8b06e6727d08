"""What the clock clears away in the read database."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from jobs.chores import Chores
from kit.database import open_pool
from tests.servers import Database

_GENERATIONS = """
    INSERT INTO projection.generations (model, number, version, state, created_at, served_at)
    SELECT model, number, 1, state, now() - age::interval, now() - served::interval
      FROM (VALUES ('tags', 1, 'retired', '90 days', '80 days'), ('tags', 2, 'serving', '70 days', '60 days'),
                   ('tags', 3, 'following', '20 days', NULL), ('tags', 4, 'building', '20 days', NULL),
                   ('tags', 5, 'frozen', '13 days', NULL),
                   ('likes', 1, 'retired', '90 days', '80 days'), ('likes', 2, 'serving', '20 days', '13 days'))
           AS made(model, number, state, age, served)
"""
_AT_WORK = """
    INSERT INTO projection.replays (model, version, generation, state, workers, requested_by)
    VALUES ('tags', 1, 4, 'building', 1, 'ops')
"""
_NAMES = "SELECT model || '_g' || number AS name FROM projection.generations ORDER BY 1"
_SCHEMAS = "SELECT nspname::text AS name FROM pg_namespace WHERE nspname ~ '_g[0-9]+$' ORDER BY 1"


@pytest.fixture
async def projector(read_database: Database) -> AsyncIterator["asyncpg.Connection[Any]"]:
    connection = await asyncpg.connect(read_database.url("projector"))
    await connection.execute(_GENERATIONS)
    await connection.execute(_AT_WORK)
    for row in await connection.fetch(_NAMES):
        await connection.execute(f"CREATE SCHEMA {row['name']} CREATE TABLE rows (id int)")
    yield connection
    await connection.close()


async def names(connection: "asyncpg.Connection[Any]", question: str) -> list[str]:
    return [row["name"] for row in await connection.fetch(question)]


async def test_what_nobody_has_read_for_two_weeks_is_dropped_and_nothing_else(
    projector: "asyncpg.Connection[Any]", read_database: Database
) -> None:
    async with await open_pool(read_database.url("jobs"), size=1, application_name="test chores") as pool:
        chores = Chores(pool, pool)
        assert sorted(await chores.drop_old_generations()) == ["tags_g1", "tags_g3"]
        assert await chores.drop_old_generations() == []
        left = ["likes_g1", "likes_g2", "tags_g2", "tags_g4", "tags_g5"]
        assert await names(projector, _NAMES) == await names(projector, _SCHEMAS) == left
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute("DROP SCHEMA likes_g1 CASCADE")
