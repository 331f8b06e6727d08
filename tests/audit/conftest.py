"""A log of notes, generations of them, and the audit on real servers."""

from collections.abc import AsyncIterator

import pytest

from tests.audit.workshop import Workshop, open_workshop
from tests.projection.notebook import Notebook
from tests.servers import Database


@pytest.fixture
def notebook(log_database: Database) -> Notebook:
    return Notebook(log_database)


@pytest.fixture
async def workshop(log_database: Database, read_database: Database) -> AsyncIterator[Workshop]:
    async with open_workshop(log_database, read_database) as opened:
        yield opened
