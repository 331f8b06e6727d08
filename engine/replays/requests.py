"""What an operator can ask of replays. The replayer does it: here only a row changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from engine.projection.contract import ReadModel

_REQUEST = """
    INSERT INTO projection.replays (model, version, workers, rate, swaps, until, accepts, requested_by, why)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id
"""
_PAUSE = """
    UPDATE projection.replays SET is_paused = $2, problem = CASE WHEN $2 THEN problem END
     WHERE model = $1 AND state NOT IN ('done', 'refused', 'failed', 'cancelled') RETURNING id
"""
# One that was refused keeps its generation until it is accepted or cancelled; one that failed may have one too.
_CANCEL = """
    UPDATE projection.replays
       SET is_cancelled = true, is_paused = false, finished_at = NULL,
           state = CASE WHEN state IN ('refused', 'failed') THEN 'verifying' ELSE state END
     WHERE id = (SELECT max(id) FROM projection.replays WHERE model = $1) AND state NOT IN ('done', 'cancelled')
    RETURNING id
"""
_ACCEPT = """
    UPDATE projection.replays
       SET accepts = true, state = 'verifying', problem = NULL, finished_at = NULL, why = coalesce($2, why)
     WHERE id = (SELECT max(id) FROM projection.replays WHERE model = $1) AND state = 'refused' AND version = $3
    RETURNING id
"""


class AlreadyAtWork(Exception):  # noqa: N818 - named for the fact
    """A replay of this read model has not ended."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a read model is to be built. `rate` is in events a second; `until`: as of this moment, beside what serves."""

    workers: int = 1
    rate: int | None = None
    swaps: bool = True
    until: datetime | None = None
    accepts: bool = False


async def request(
    connection: "asyncpg.Connection[Any]", model: ReadModel, wish: Wish, *, by: str, why: str | None
) -> int:
    """Gives the replay's number.

    Raises:
        AlreadyAtWork: another has not ended.
    """
    try:
        async with connection.transaction():
            # What an operator was told is kept, though the read database may lose its last moment in a crash.
            await connection.execute("SET LOCAL synchronous_commit = on")
            wanted = (wish.workers, wish.rate, wish.swaps, wish.until, wish.accepts)
            return int(await connection.fetchval(_REQUEST, model.name, model.version, *wanted, by, why))
    except asyncpg.UniqueViolationError:
        raise AlreadyAtWork(f"a replay of {model.name} is at work") from None


async def pause(connection: "asyncpg.Connection[Any]", model: str, *, is_paused: bool) -> bool:
    """Pauses the replay at work, or lets it go on; False: there is none."""
    return await connection.fetchval(_PAUSE, model, is_paused) is not None


async def cancel(connection: "asyncpg.Connection[Any]", model: str) -> bool:
    """Ends the last replay of a model and drops what it built; False: there is none to cancel."""
    return await connection.fetchval(_CANCEL, model) is not None


async def accept(connection: "asyncpg.Connection[Any]", model: ReadModel, why: str | None) -> int | None:
    """Has the last replay go on, though verification refused it; None: it was not refused."""
    found = await connection.fetchval(_ACCEPT, model.name, why, model.version)
    return None if found is None else int(found)
