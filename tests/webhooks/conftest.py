"""Hooks, a receiver for them, and a site where things happen."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.jobs.accounts import open_accounts
from tests.jobs.conftest import start_jobs  # noqa: F401 - a fixture, shared
from tests.servers import Database
from tests.webhooks.house import House
from tests.webhooks.receiver import Receiver, receiving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


@pytest.fixture
async def house(log_database: Database) -> AsyncIterator[House]:
    async with (
        asyncpg.create_pool(log_database.url("owner"), min_size=1, max_size=3) as pool,
        open_accounts(log_database.url("command")) as accounts,
    ):
        made = House(accounts, pool, log_database)
        made.author, _ = await accounts.register()
        yield made
