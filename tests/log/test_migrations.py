"""Databases are brought up to date by whoever comes first."""

import asyncio

import asyncpg

from migrations.runner import apply
from tests.racing import catalogue_held
from tests.servers import Cluster


async def test_two_that_migrate_one_database_at_once_both_succeed(postgres: Cluster) -> None:
    database = postgres.empty("log", "migrated_twice")
    try:
        async with catalogue_held(database.admin_url, "pg_class", contenders=3):
            applying = asyncio.gather(*(apply(database.url("owner"), "log") for _ in range(3)))
        await applying
        connection = await asyncpg.connect(database.url("owner"))
        assert await connection.fetchval("SELECT count(*) FROM log_state") == 1
        assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
        await connection.close()
    finally:
        postgres.drop(database)
