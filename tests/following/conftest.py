"""A log to follow."""

from collections.abc import AsyncIterator

import pytest

from engine.log.reader import LogReader
from kit.database import open_pool
from tests.following.log_rows import LogRows
from tests.servers import Database


@pytest.fixture
def rows(log_database: Database) -> LogRows:
    return LogRows(log_database)


@pytest.fixture
async def reader(log_database: Database) -> AsyncIterator[LogReader]:
    pool = await open_pool(log_database.url("projector"), size=4, application_name="following")
    yield LogReader(pool)
    await pool.close()
