"""One press for all tests of the query API: each test writes what it reads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.query_api.press import Press
from tests.servers import Cluster


@pytest.fixture(scope="session")
async def press(postgres: Cluster) -> AsyncIterator[Press]:
    async with _opened(postgres) as opened:
        yield opened


@pytest.fixture
async def own_press(postgres: Cluster) -> AsyncIterator[Press]:
    """For a test that counts everything, or changes what others read."""
    async with _opened(postgres) as opened:
        yield opened


@asynccontextmanager
async def _opened(postgres: Cluster) -> AsyncIterator[Press]:
    log, read = postgres.copy("log"), postgres.copy("read")
    async with Press(log, read) as opened:
        yield opened
    postgres.drop(log)
    postgres.drop(read)
