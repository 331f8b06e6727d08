"""One moment of the read database: rows, checkpoints and parked keys as a single transaction left them."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from engine.audit.fresh import Wanted
from engine.log.partitioning import partition_of
from engine.projection import checkpoints
from kit.database import connect

_STATEMENT_S = 600
_PARKED = """
    SELECT key, min(sequence) AS first FROM projection.parked WHERE model = $1 AND generation = $2 GROUP BY key
"""
_MAY_WAIT = "SET LOCAL idle_in_transaction_session_timeout = '15min'"
"""Of two connections that see one moment, one has nothing to do while the other reads a large table."""
_BY_KEY = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a generation is: the last sequence of each partition, and the first parked one of each parked key."""

    epoch: int
    sequences: Mapping[int, int]
    parked: Mapping[str, int]

    def bound(self, key: str, partition: int) -> int:
        """The last sequence that the key's rows are made of."""
        reached = self.sequences.get(partition, 0)
        return min(reached, self.parked[key] - 1) if key in self.parked else reached

    def wanted(self, keys: Iterable[str]) -> list[Wanted]:
        placed = ((key, partition_of(key, len(self.sequences))) for key in keys)
        return [Wanted(key, partition, self.bound(key, partition)) for key, partition in placed]


@asynccontextmanager
async def snapshot(read_url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection that sees one moment, begun by its first query, and cannot write."""
    connection = await connect(read_url, application_name="palimpsest audit", command_timeout_s=_STATEMENT_S)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await connection.execute(_MAY_WAIT)
            yield connection
    finally:
        await connection.close(timeout=5)


async def reached(connection: "asyncpg.Connection[Any]", model: str, generation: int) -> Reached:
    found = await checkpoints.load(connection, model, generation)
    parked = {row[0]: row[1] for row in await connection.fetch(_PARKED, model, generation)}
    epoch = found[0].epoch if found else 0
    return Reached(epoch, {each.partition: each.sequence for each in found}, parked)


async def look_up_by_key(connection: "asyncpg.Connection[Any]") -> None:
    """From here on rows are named by key: no plan may read a whole table, whatever its statistics say."""
    await connection.execute(_BY_KEY)
