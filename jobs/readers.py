"""What jobs ask the read models, once these have reached what the job is about."""

import asyncio
from typing import Any

import asyncpg

from kit.consistency import ConsistencyToken

_BEHIND = """
    SELECT count(*) FROM unnest($2::smallint[], $3::bigint[]) AS wanted(partition, sequence)
     WHERE NOT EXISTS (
        SELECT FROM projection.generations g
          JOIN projection.checkpoints c ON c.model = g.model AND c.generation = g.number
         WHERE g.model = $1 AND g.state = 'serving' AND c.partition = wanted.partition
           AND c.epoch = $4 AND c.sequence >= wanted.sequence)
"""
_POLL_S = 0.1


class NotThereYet(Exception):  # noqa: N818 - named for the fact
    """The read model has not reached what the job is about: try again later."""


class Readers:
    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.pool = pool

    async def reach(self, model: str, token: ConsistencyToken, *, timeout_s: float = 10) -> None:
        """Waits until the read model has applied everything that the token names.

        Raises:
            NotThereYet: it did not get there in time.
        """
        partitions, sequences = list(token.sequences), list(token.sequences.values())
        try:
            async with asyncio.timeout(timeout_s):
                while await self.pool.fetchval(_BEHIND, model, partitions, sequences, token.epoch):  # noqa: ASYNC110 - polls
                    await asyncio.sleep(_POLL_S)
        except TimeoutError:
            raise NotThereYet(f"{model} is behind") from None
