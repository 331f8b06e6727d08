"""A log of notes and the projection engine on real servers."""

from collections.abc import AsyncIterator

import pytest

from tests.projection.notebook import Desk, Notebook, open_desk
from tests.servers import Database


@pytest.fixture
def notebook(log_database: Database) -> Notebook:
    return Notebook(log_database)


@pytest.fixture
async def desk(log_database: Database, read_database: Database) -> AsyncIterator[Desk]:
    async with open_desk(log_database, read_database) as opened:
        yield opened
