"""What jobs ask the read models, once these have reached what the job is about."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg

from engine.log.reader import LogReader

_BEHIND = """
    SELECT count(*) FROM unnest($2::smallint[], $3::bigint[]) AS wanted(partition, sequence)
     WHERE NOT EXISTS (
        SELECT FROM projection.generations g
          JOIN projection.checkpoints c ON c.model = g.model AND c.generation = g.number
         WHERE g.model = $1 AND g.state = 'serving' AND c.partition = wanted.partition
           AND c.epoch = $4 AND c.sequence >= wanted.sequence)
"""
_POSTS_OF = "SELECT post FROM serving.post_pages WHERE owner = $1"
_COMMENTS_OF = "SELECT comment, post FROM serving.comments WHERE author = $1"
_LIKED_BY = "SELECT post FROM serving.likes_by_account WHERE account = $1"
_FOLLOWS_OF = "SELECT follower, followee FROM serving.follows WHERE follower = $1 OR followee = $1"
_POLL_S = 0.1


class NotThereYet(Exception):  # noqa: N818 - named for the fact
    """The read model has not reached what the job is about: try again later."""


class Readers:
    """Looks into the read database.

    Args:
        pool: of the read database.
        log: says how far there is to go.
    """

    def __init__(self, pool: "asyncpg.Pool[Any]", log: LogReader) -> None:
        self._pool, self._log = pool, log

    async def posts_of(self, account: UUID) -> list[UUID]:
        """Every post that the account owns, whatever its status. Reads the whole table: for rare questions."""
        return [row["post"] for row in await self._pool.fetch(_POSTS_OF, account)]

    async def comments_of(self, account: UUID) -> list[tuple[UUID, UUID]]:
        """(comment, post) of all that the account wrote below posts, read as above."""
        return [tuple(row) for row in await self._pool.fetch(_COMMENTS_OF, account)]

    async def liked_by(self, account: UUID) -> list[UUID]:
        """The posts that the account likes."""
        return [row["post"] for row in await self._pool.fetch(_LIKED_BY, account)]

    async def follows_of(self, account: UUID) -> list[tuple[UUID, UUID]]:
        """(follower, followee) where the account is either, read as above."""
        return [tuple(row) for row in await self._pool.fetch(_FOLLOWS_OF, account)]

    async def reach_head(self, model: str, *, timeout_s: float = 10) -> None:
        """Waits until the read model has applied everything that the log holds now.

        Raises:
            NotThereYet: it did not get there in time.
        """
        head = await self._log.head()
        wanted = (list(range(head.partitions)), head.sequences, head.epoch)
        try:
            async with asyncio.timeout(timeout_s):
                while await self._pool.fetchval(_BEHIND, model, *wanted):  # noqa: ASYNC110 - polls
                    await asyncio.sleep(_POLL_S)
        except TimeoutError:
            raise NotThereYet(f"{model} is behind") from None
