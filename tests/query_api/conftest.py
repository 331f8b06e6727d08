"""One press for all tests of the query API: each test writes what it reads."""

from collections.abc import AsyncIterator

import pytest

from tests.query_api.press import Press
from tests.servers import Cluster


@pytest.fixture(scope="session")
async def press(postgres: Cluster) -> AsyncIterator[Press]:
    log, read = postgres.copy("log"), postgres.copy("read")
    async with Press(log, read) as opened:
        yield opened
    postgres.drop(log)
    postgres.drop(read)


@pytest.fixture
async def own_press(postgres: Cluster) -> AsyncIterator[Press]:
    """For a test that counts everything, or changes what others read."""
    log, read = postgres.copy("log"), postgres.copy("read")
    async with Press(log, read) as opened:
        yield opened
    postgres.drop(log)
    postgres.drop(read)
