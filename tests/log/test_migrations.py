"""Databases are brought up to date by whoever comes first."""

import asyncio

import asyncpg

from migrations.runner import apply
from tests.servers import Cluster


async def test_two_that_migrate_one_database_at_once_both_succeed(postgres: Cluster) -> None:
    database = postgres.empty("log", "migrated_twice")
    try:
        await asyncio.gather(*(apply(database.url("owner"), "log") for _ in range(3)))
        connection = await asyncpg.connect(database.url("owner"))
        assert await connection.fetchval("SELECT count(*) FROM log_state") == 1
        assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
        await connection.close()
    finally:
        postgres.drop(database)
