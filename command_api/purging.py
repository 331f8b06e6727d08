"""Forgets rows whose time is over: sessions, tokens, counts, links, keys, answers. In short transactions."""

import asyncio

import asyncpg
import structlog

from command_api.auth.signing_keys import PUBLISHED_AFTER_RETIRING_S
from engine.log.answers import purge_idempotency

log = structlog.get_logger("purge")

_BATCH = 5000
_EXPIRED = """
DELETE FROM {table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM {table} WHERE expires_at < clock_timestamp() ORDER BY expires_at LIMIT $1))
"""
_TABLES = ("sign_in_sessions", "api_tokens", "throttle")
_KEYS = "DELETE FROM signing_keys WHERE retired_at < clock_timestamp() - make_interval(secs => $1)"


async def purge(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    """Purges once. Several processes may do it at the same time."""
    for table in _TABLES:
        statement = _EXPIRED.format(table=table)
        while int((await pool.execute(statement, _BATCH)).rpartition(" ")[2]) == _BATCH:
            pass
    while await pool.fetchval("SELECT purge_secrets($1)", _BATCH) == _BATCH:
        pass
    await pool.execute(_KEYS, 2 * PUBLISHED_AFTER_RETIRING_S)
    await purge_idempotency(pool)


async def purge_forever(pool: "asyncpg.Pool[asyncpg.Record]", *, every_s: float = 300) -> None:
    while True:
        await asyncio.sleep(every_s)
        try:
            await purge(pool)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("purge failed; it is tried again", error=repr(error))
