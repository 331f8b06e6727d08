"""The moment at which readers see another generation: one transaction, short, and never a step back."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from engine.projection import views
from engine.projection.generations import lock_generations

_BEGIN = "BEGIN; SET LOCAL lock_timeout = '50ms'; SET LOCAL synchronous_commit = off"
_SERVING = "SELECT number FROM projection.generations WHERE model = $1 AND state = 'serving'"
_STATE = "SELECT state FROM projection.generations WHERE model = $1 AND number = $2"
# In the order in which batches move them, so that neither waits for the other in a circle.
_HOLD = """
    SELECT FROM projection.checkpoints WHERE model = $1 AND generation = ANY ($2::int[])
     ORDER BY generation, partition FOR UPDATE
"""
# Checkpoints of another epoch belong to a history that is gone: there is nothing to be behind of.
_BEHIND = """
    SELECT count(*) AS partitions, sum(o.sequence - n.sequence)::bigint AS events
      FROM projection.checkpoints AS o
      JOIN projection.checkpoints AS n USING (model, partition, epoch)
     WHERE o.model = $1 AND o.generation = $2 AND n.generation = $3 AND n.sequence < o.sequence
"""
# Verification has not come to its end, or refused it; what no replay built is as good as what readers see.
_UNVERIFIED = """
    SELECT state FROM projection.replays WHERE model = $1 AND generation = $2 AND state NOT IN ('swapping', 'done')
"""
_NEWLY_PARKED = """
    SELECT count(DISTINCT key) FROM projection.parked AS n
     WHERE model = $1 AND generation = $3
       AND NOT EXISTS (SELECT FROM projection.parked AS o WHERE o.model = $1 AND o.generation = $2 AND o.key = n.key)
"""
# One that can take over again is enough: an older one is no longer followed.
_REST = "UPDATE projection.generations SET state = 'frozen' WHERE model = $1 AND state = 'retired' AND number <> $2"
_RETIRE = "UPDATE projection.generations SET state = 'retired' WHERE model = $1 AND number = $2"
_SERVE = "UPDATE projection.generations SET state = 'serving', served_at = clock_timestamp() WHERE model = $1 AND number = $2"  # noqa: E501 - one statement
_DONE = """
    UPDATE projection.replays SET state = 'done', problem = NULL, finished_at = clock_timestamp()
     WHERE model = $1 AND generation = $2 AND state = 'swapping'
"""
_WAIT_S, _LONGEST_WAIT_S = 0.02, 0.5
BUSY = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)
"""Readers or batches hold what a swap needs."""


class SwapRaced(Exception):  # noqa: N818 - named for the fact
    """Readers see another generation than was thought: somebody else was there."""


class NotAllowed(Exception):  # noqa: N818 - named for the fact
    """Readers would see something older, or less."""


class Behind(Exception):  # noqa: N818 - named for the fact
    """The generation has not got as far as the one that readers see; it may in a moment."""


async def serving_number(connection: "asyncpg.Connection[Any]", model: str) -> int | None:
    found = await connection.fetchval(_SERVING, model)
    return None if found is None else int(found)


async def swap(connection: "asyncpg.Connection[Any]", model: str, old: int | None, new: int) -> None:
    """Tries once to let readers see generation `new` instead of `old`, which goes on being followed.

    Raises:
        SwapRaced: `old` is not what they see.
        NotAllowed: `new` cannot take its place.
        Behind, asyncpg.LockNotAvailableError: not at this moment.
    """
    async with _begun(connection):
        await lock_generations(connection)  # one operator at a time
        seen = await serving_number(connection, model)
        if seen != old:
            raise SwapRaced(f"readers of {model} see generation {seen} by now, not {old}")
        state = await connection.fetchval(_STATE, model, new)
        if state not in ("following", "retired"):
            raise NotAllowed(f"{model}_g{new} is {state or 'not there'}: it is not kept up to date")
        unverified = await connection.fetchval(_UNVERIFIED, model, new)
        if unverified:
            raise NotAllowed(f"{model}_g{new} is not verified: its replay is {unverified}")
        changes = await views.statements(connection, model, new)
        if old is not None:
            await _compare(connection, model, old, new)
        await _take_the_place(connection, model, old, new)
        # Last: from here on readers wait. Not for this process too, which may be slow to say that it is done.
        await views.show(connection, [*changes, "COMMIT"])


async def swap_soon(  # noqa: PLR0913 - how long, and who is told why, are the caller's
    connection: "asyncpg.Connection[Any]",
    model: str,
    old: int | None,
    new: int,
    *,
    patience_s: float,
    on_wait: Callable[[str], None] = lambda _reason: None,
) -> None:
    """Tries again while readers are busy or the generation is a moment behind.

    Raises:
        SwapRaced, NotAllowed: as `swap`.
        Behind, and those of BUSY: for longer than `patience_s`.
    """
    loop = asyncio.get_running_loop()
    deadline, wait_s = loop.time() + patience_s, _WAIT_S
    while True:
        try:
            return await swap(connection, model, old, new)
        except (Behind, *BUSY) as busy:
            if loop.time() > deadline:
                raise
            on_wait(str(busy))
        await asyncio.sleep(wait_s * random.uniform(0.5, 1))  # noqa: S311 - jitter is no secret
        wait_s = min(wait_s * 1.5, _LONGEST_WAIT_S)


@asynccontextmanager
async def _begun(connection: "asyncpg.Connection[Any]") -> AsyncIterator[None]:
    """A transaction whose last statement is its COMMIT."""
    await connection.execute(_BEGIN)
    try:
        yield
    except BaseException:
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
        raise


async def _compare(connection: "asyncpg.Connection[Any]", model: str, old: int, new: int) -> None:
    """Under the checkpoints' locks: no batch moves either of them until the swap is over."""
    await connection.execute(_HOLD, model, [old, new])
    behind = await connection.fetchrow(_BEHIND, model, old, new)
    if behind is not None and behind["partitions"]:
        raise Behind(
            f"{model}_g{new} is {behind['events']} events behind {model}_g{old} in {behind['partitions']} partitions"
        )
    await require_no_newly_parked(connection, model, old, new)


async def require_no_newly_parked(connection: "asyncpg.Connection[Any]", model: str, old: int, new: int) -> None:
    """Raises NotAllowed when keys are parked in `new` that readers of `old` see up to date."""
    parked = await connection.fetchval(_NEWLY_PARKED, model, old, new)
    if parked:
        raise NotAllowed(f"{model}_g{new} has {parked} parked keys that {model}_g{old} shows")


async def _take_the_place(connection: "asyncpg.Connection[Any]", model: str, old: int | None, new: int) -> None:
    await connection.execute(_REST, model, new)
    if old is not None:
        await connection.execute(_RETIRE, model, old)
    await connection.execute(_SERVE, model, new)
    await connection.execute(_DONE, model, new)
