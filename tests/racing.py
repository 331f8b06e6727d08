"""Brings a race about: all contenders are held at one point inside the database, and let go together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import asyncpg

from tests.servers import Database

_GATE = 5_204_117
# A statement's trigger comes after the statement has taken its snapshot, and before it has looked at any row.
_HOLD = """
CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({gate});
    RETURN NULL;
END $$;
CREATE TRIGGER gate BEFORE {kind} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION wait_at_the_gate();
"""
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@asynccontextmanager
async def statements_held(
    database: Database, kind: Literal["INSERT", "UPDATE"], table: str, contenders: int
) -> AsyncIterator[None]:
    """Who changes the table waits, with what it sees already fixed; at the end, until so many wait: here or before."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(database.admin_url)
    try:
        await connection.execute(_HOLD.format(gate=_GATE, kind=kind, table=table))
        await connection.execute("SELECT pg_advisory_lock($1)", _GATE)
        yield
        await until_waiting(connection, contenders)
    finally:
        await connection.close()


@asynccontextmanager
async def catalogue_held(url: str, table: Literal["pg_class", "pg_authid"], contenders: int) -> AsyncIterator[None]:
    """Who makes a table or a role waits, with what it looked up behind it; the end waits for all, here or before."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN SHARE MODE")
            yield
            await until_waiting(connection, contenders)
    finally:
        await connection.close()


async def until_waiting(connection: "asyncpg.Connection[Any]", contenders: int) -> None:
    """Until so many sessions wait for locks in the database of this one."""
    async with asyncio.timeout(30):
        while await connection.fetchval(_WAITING) < contenders:
            await asyncio.sleep(0.01)
            await connection.execute("SELECT pg_stat_clear_snapshot()")  # a transaction looks once and keeps it
