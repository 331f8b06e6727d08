"""Keeps everybody else from bytes of some SHA-256 while they are stored for somebody, or taken away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kit.database import connect

_POLL_S = 0.05
_KEY_DIGITS = 16
_TRY = "SELECT pg_try_advisory_lock($1)"


@asynccontextmanager
async def held(url: str, *sha256: str, timeout_s: float = 30) -> AsyncIterator[None]:
    """Holds them in the database of this URL, which storing and removing must share.

    Raises:
        TimeoutError: somebody else holds them for that long.
        OSError, asyncpg.PostgresError: the database cannot be reached.
    """
    # Everybody takes them in one order, so that nobody waits for who waits for them.
    keys = sorted({int.from_bytes(bytes.fromhex(each[:_KEY_DIGITS]), "big", signed=True) for each in sha256})
    # A connection of its own: however this ends, the lock ends with it. Tried, as who waits for a lock holds a
    # snapshot on the log.
    connection = await connect(url, application_name="palimpsest media")
    try:
        async with asyncio.timeout(timeout_s):
            for key in keys:
                while not await connection.fetchval(_TRY, key):  # noqa: ASYNC110 - polls
                    await asyncio.sleep(_POLL_S)
        yield
        await connection.fetchval("SELECT true")  # it was held to the end
    finally:
        await connection.close(timeout=1)
