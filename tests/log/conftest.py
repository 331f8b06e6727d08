"""A fresh log, an appender and a reader with the command role."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from engine.log.appender import Appender
from engine.log.reader import LogReader
from kit.database import open_pool
from tests.servers import Database


@pytest.fixture
async def pool(log_database: Database) -> AsyncIterator["asyncpg.Pool[Any]"]:
    pool = await open_pool(log_database.url("command"), size=4, application_name="tests")
    yield pool
    await pool.close()


@pytest.fixture
async def owner(log_database: Database) -> AsyncIterator["asyncpg.Connection[Any]"]:
    connection = await asyncpg.connect(log_database.url("owner"))
    yield connection
    await connection.close()


@pytest.fixture
async def appender(log_database: Database) -> AsyncIterator[Appender]:
    appender = Appender(log_database.url("command"))
    await appender.start()
    yield appender
    await appender.stop()


@pytest.fixture
def reader(pool: "asyncpg.Pool[Any]") -> LogReader:
    return LogReader(pool)
