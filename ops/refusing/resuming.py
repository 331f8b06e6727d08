"""Has paused addresses written to again."""

from typing import Any
from uuid import UUID

import asyncpg

_PAUSED = "FROM mail_refusals WHERE paused_at IS NOT NULL AND ($1::uuid IS NULL OR account = $1)"
_COUNT = f"SELECT count(*) {_PAUSED}"
_RESUME = f"DELETE {_PAUSED}"


async def count_of(connection: "asyncpg.Connection[Any]", account: UUID | None) -> int:
    """How many are paused, of one account or of all."""
    return int(await connection.fetchval(_COUNT, account))


async def resume(connection: "asyncpg.Connection[Any]", account: UUID | None) -> int:
    """Forgets that they were refused; says of how many."""
    done: str = await connection.execute(_RESUME, account)
    return int(done.rpartition(" ")[2])
