"""The read database, for the length of one command."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from engine.log.reader import LogReader
from engine.replays.standing import generations
from kit.database import connect, open_pool
from ops.databases import OperatorUrls


@asynccontextmanager
async def reading(urls: OperatorUrls) -> AsyncIterator["asyncpg.Connection[Any]"]:
    connection = await connect(urls.read, application_name="palimpsest operator")
    try:
        yield connection
    finally:
        await connection.close()


async def all_generations(urls: OperatorUrls) -> list[Mapping[str, Any]]:
    """Every generation, compared with the log's head."""
    async with await open_pool(urls.log, size=1, application_name="palimpsest operator") as pool:
        head = await LogReader(pool).head()
    async with reading(urls) as connection:
        return await generations(connection, epoch=head.epoch, events=sum(head.sequences))
