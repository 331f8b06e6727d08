"""The projector's one connection to the read database, opened again when it was lost."""

import asyncio
from typing import Any

import asyncpg

from kit.database import connect

_SESSION = """
    SET enable_seqscan = off;
    SET enable_hashjoin = off;
    SET enable_mergejoin = off;
    SET plan_cache_mode = force_generic_plan;
"""
# Rows are named by key, always. A plan made while a table was empty must not read all of it later, and statements
# are prepared once, long before autovacuum has counted anything. How many keys are sent changes nothing in a plan
# either, so that none is made twice.


class Store:
    """Batches are one after another: there is never use for a second connection."""

    def __init__(self, url: str, *, application_name: str) -> None:
        self._url, self._application_name = url, application_name
        self._connection: asyncpg.Connection[Any] | None = None
        self._opening = asyncio.Lock()

    async def connection(self) -> "asyncpg.Connection[Any]":
        async with self._opening:
            if self._connection is None or self._connection.is_closed():
                self._connection = await connect(self._url, application_name=self._application_name)
                await self._connection.execute(_SESSION)
            return self._connection

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close(timeout=5)
