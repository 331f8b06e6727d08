"""Whether somebody is there to do what is asked for."""

from typing import Any

import asyncpg

TAKE_THE_LEAD = "SELECT pg_try_advisory_lock(hashtextextended('replayer', 0))"
"""One replayer at a time has it, for as long as its session lasts."""
_IS_LED = """
    SELECT EXISTS (SELECT FROM pg_locks
                    WHERE locktype = 'advisory' AND granted AND objsubid = 1
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                      AND (classid::bigint << 32) | objid::bigint = hashtextextended('replayer', 0))
"""


async def is_led(connection: "asyncpg.Connection[Any]") -> bool:
    """Whether a replayer is at work."""
    return bool(await connection.fetchval(_IS_LED))
