"""Databases are brought up to date by whoever comes first."""

import asyncio
import os
import sys

import asyncpg

from tests.racing import catalogue_held
from tests.servers import ROOT, Cluster


async def test_two_that_migrate_one_database_at_once_both_succeed(postgres: Cluster) -> None:
    database = postgres.empty("log", "migrated_twice")
    try:
        async with catalogue_held(database.admin_url, "pg_class", contenders=3):
            owner = database.url("owner")
            hosted = owner.replace("postgresql://", "postgres://") + "?sslmode=prefer"  # as hosting companies write it
            migrating = [await _started(url) for url in (owner, owner, hosted)]
        assert [await process.wait() for process in migrating] == [0] * 3
        connection = await asyncpg.connect(database.url("owner"))
        assert await connection.fetchval("SELECT count(*) FROM log_state") == 1
        assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
        await connection.close()
    finally:
        postgres.drop(database)


async def _started(url: str) -> asyncio.subprocess.Process:
    """A process of its own: in one process the scripts of two migrations would meet in Alembic's global state."""
    environment = {**os.environ, "PALIMPSEST_LOG_URL": url, "PALIMPSEST_READ_URL": ""}
    command = (sys.executable, "-m", "migrations.runner")
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment)
