"""A log of notes, and generations of them that are built."""

from collections.abc import AsyncIterator

import pytest

from tests.projection.notebook import Notebook
from tests.rebuild.site import Site, open_site
from tests.servers import Database


@pytest.fixture
def notebook(log_database: Database) -> Notebook:
    return Notebook(log_database)


@pytest.fixture
async def site(log_database: Database, read_database: Database) -> AsyncIterator[Site]:
    async with open_site(log_database, read_database) as opened:
        yield opened
