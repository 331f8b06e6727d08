"""One moment at which two generations have applied the very same events."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from engine.audit.snapshot import Reached, reached, snapshot
from kit.database import connect

Bring = Callable[[Mapping[int, int]], Awaitable[None]]
"""Brings the new generation to exactly these sequences by partition."""
_TRIES, _BETWEEN_S = 5, 0.1
_HOLD = "SELECT partition, sequence FROM projection.checkpoints WHERE model = $1 AND generation = $2 FOR UPDATE"


class CheckpointsApart(Exception):  # noqa: N818 - named for the fact
    """The generations could not be seen at the same checkpoints. This is no difference: try again."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two connections that see the same moment, so that both generations are read at once."""

    one: "asyncpg.Connection[Any]"
    other: "asyncpg.Connection[Any]"
    serving: Reached
    new: Reached


@asynccontextmanager
async def equal_snapshot(
    read_url: str, model: str, serving: int, new: int, bring: Bring | None = None
) -> AsyncIterator[Pair]:
    """Looks first: projectors write both generations in one transaction. Only when that fails, writers are held.

    Raises:
        CheckpointsApart: they are apart all the same.
    """
    for _ in range(_TRIES):
        async with _pair(read_url, model, serving, new) as pair:
            if _is_equal(pair):
                yield pair
                return
        await asyncio.sleep(_BETWEEN_S)
    async with AsyncExitStack() as stack:
        pair = await _held_pair(stack, read_url, model, (serving, new), bring)
        if not _is_equal(pair):
            raise CheckpointsApart(f"{model}: generation {new} is not where generation {serving} is")
        yield pair


def _is_equal(pair: Pair) -> bool:
    """The same events applied; which of them are set aside may differ."""
    return (pair.serving.epoch, pair.serving.sequences) == (pair.new.epoch, pair.new.sequences)


@asynccontextmanager
async def _pair(read_url: str, model: str, serving: int, new: int) -> AsyncIterator[Pair]:
    async with snapshot(read_url) as one, snapshot(read_url) as other:
        seen = await one.fetchval("SELECT pg_export_snapshot()")
        await other.execute(f"SET TRANSACTION SNAPSHOT '{seen}'")
        yield Pair(one, other, await reached(one, model, serving), await reached(one, model, new))


async def _held_pair(
    stack: AsyncExitStack, read_url: str, model: str, generations: tuple[int, int], bring: Bring | None
) -> Pair:
    """Keeps batches out of the serving generation while the new one is brought there and the moment is taken."""
    connection = await connect(read_url, application_name="palimpsest audit")
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL lock_timeout = '1s'")
            held = await connection.fetch(_HOLD, model, generations[0])
            if bring is not None:
                await bring({row[0]: row[1] for row in held})
            return await stack.enter_async_context(_pair(read_url, model, *generations))
    except asyncpg.LockNotAvailableError as error:
        raise CheckpointsApart(f"{model}: its checkpoints are held by another") from error
    finally:
        await connection.close(timeout=5)
