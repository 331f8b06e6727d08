"""Hooks, a receiver for them, and a site where things happen."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.jobs.accounts import open_accounts
from tests.servers import Database
from tests.webhooks.house import House
from tests.webhooks.receiver import Receiver, receiving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


@pytest.fixture
async def house(log_database: Database) -> AsyncIterator[House]:
    connection = await asyncpg.connect(log_database.url("owner"))
    async with open_accounts(log_database.url("command")) as accounts:
        made = House(accounts, connection, log_database)
        made.author, _ = await accounts.register()
        yield made
    await connection.close()
