"""One press for all tests of the query API: each test writes what it reads."""

from collections.abc import AsyncIterator

import pytest

from tests.query_api.press import Press, opened_press
from tests.servers import Cluster


@pytest.fixture(scope="session")
async def press(postgres: Cluster) -> AsyncIterator[Press]:
    async with opened_press(postgres) as opened:
        yield opened


@pytest.fixture
async def own_press(postgres: Cluster) -> AsyncIterator[Press]:
    """For a test that counts everything, or changes what others read."""
    async with opened_press(postgres) as opened:
        yield opened
