"""Holds the checkpoints, so that a test sees who waits for them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from tests.servers import Database

_WAITING = """
    SELECT count(*) FROM pg_stat_activity
     WHERE usename = 'palimpsest_projector' AND datname = current_database() AND wait_event_type = 'Lock'
"""
_DISCONNECT = """
    SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity
     WHERE usename = 'palimpsest_projector' AND datname = current_database() AND wait_event_type = 'Lock'
"""


@asynccontextmanager
async def checkpoints_locked(database: Database) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Holds every batch at its first statement."""
    admin = await asyncpg.connect(database.admin_url)
    try:
        async with admin.transaction():
            await admin.execute("SELECT FROM projection.checkpoints FOR UPDATE")
            yield admin
    finally:
        await admin.close()


async def disconnect_waiting(admin: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Ends the session of a projector that waits for a lock, as an operator or a restart would."""
    async with asyncio.timeout(30):
        while not await _look(admin, _DISCONNECT):
            await asyncio.sleep(0.01)


async def until_someone_waits(admin: "asyncpg.Connection[asyncpg.Record]") -> None:
    async with asyncio.timeout(30):
        while not await _look(admin, _WAITING):
            await asyncio.sleep(0.01)


async def _look(admin: "asyncpg.Connection[asyncpg.Record]", question: str) -> Any:
    await admin.execute("SELECT pg_stat_clear_snapshot()")  # inside a transaction it is looked at once and kept
    return await admin.fetchval(question)
