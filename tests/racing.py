"""Brings a race about: all contenders are held at one point inside the database, and let go together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from tests.servers import Database

_GATE = 5_204_117
# A row's trigger comes after its statement has looked at the table, and before anybody else sees the row.
_HOLD_INSERTS = """
CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({gate});
    RETURN NEW;
END $$;
CREATE TRIGGER gate BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION wait_at_the_gate();
"""
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@dataclass(frozen=True, slots=True)
class Gate:
    connection: "asyncpg.Connection[Any]"

    async def until_waiting(self, contenders: int) -> None:
        """Until so many wait: at the gate, or for one another's locks before it."""
        async with asyncio.timeout(30):
            while await self.connection.fetchval(_WAITING) < contenders:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def inserts_held(database: Database, table: str) -> AsyncIterator[Gate]:
    """Whoever inserts into the table waits, having read what it reads, until the context ends."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(database.admin_url)
    try:
        await connection.execute(_HOLD_INSERTS.format(gate=_GATE, table=table))
        await connection.execute("SELECT pg_advisory_lock($1)", _GATE)
        yield Gate(connection)
    finally:
        await connection.close()
