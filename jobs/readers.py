"""What jobs ask the read models, once these have reached what the job is about."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from engine.log.reader import LogHead, LogReader
from engine.log.records import Recorded
from jobs.job import Tick
from read_models.facets import STATUSES, by_author, by_tag

_BEHIND = """
    SELECT count(*) FROM unnest($2::smallint[], $3::bigint[]) AS wanted(partition, sequence)
     WHERE NOT EXISTS (
        SELECT FROM projection.generations g
          JOIN projection.checkpoints c ON c.model = g.model AND c.generation = g.number
         WHERE g.model = $1 AND g.state = 'serving' AND c.partition = wanted.partition
           AND c.epoch = $4 AND c.sequence >= wanted.sequence)
"""
# What has the tag in lists may have lost its page for a moment: better looked at once too often.
_TAGGED = """
    SELECT t.listed_at, t.post, p.tags
      FROM serving.posts_by_time AS t LEFT JOIN serving.post_pages AS p ON p.post = t.post
     WHERE t.facet = $1 AND (t.listed_at, t.post) > ($2, $3) ORDER BY t.listed_at, t.post LIMIT $4
"""
_POSTS_OF = "SELECT post FROM serving.post_pages WHERE owner = $1"
_SCHEDULED_OF = "SELECT post FROM serving.posts_by_time WHERE facet = $1"
_COMMENTS_OF = "SELECT comment, post FROM serving.comments WHERE author = $1"
_MEDIA_OF = "SELECT media FROM serving.media_of_accounts WHERE owner = $1"
_LIKED_BY = "SELECT post FROM serving.likes_by_account WHERE account = $1"
_SITE_ZONE = "SELECT time_zone FROM serving.site"
_FOLLOWS_OF = "SELECT follower, followee FROM serving.follows WHERE follower = $1 OR followee = $1"
_POLL_S = 0.1
_PAGE = 500
_FIRST = (datetime(1, 1, 1, tzinfo=UTC), UUID(int=0))

_Place: TypeAlias = tuple[list[int], list[int], int]
"""Partitions, the sequence of each, and the epoch that they are of."""


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

    async def scheduled_of(self, account: UUID) -> list[UUID]:
        """Every post that waits for its time, and of which the account is an author."""
        return [row["post"] for row in await self._pool.fetch(_SCHEDULED_OF, by_author("scheduled", account))]

    async def comments_of(self, account: UUID) -> list[tuple[UUID, UUID]]:
        """(comment, post) of all that the account wrote below posts, read as above."""
        return [tuple(row) for row in await self._pool.fetch(_COMMENTS_OF, account)]

    async def media_of(self, account: UUID) -> list[UUID]:
        """What the account has uploaded."""
        return [row["media"] for row in await self._pool.fetch(_MEDIA_OF, account)]

    async def liked_by(self, account: UUID) -> list[UUID]:
        """The posts that the account likes."""
        return [row["post"] for row in await self._pool.fetch(_LIKED_BY, account)]

    async def follows_of(self, account: UUID) -> list[tuple[UUID, UUID]]:
        """(follower, followee) where the account is either, read as above."""
        return [tuple(row) for row in await self._pool.fetch(_FOLLOWS_OF, account)]

    async def posts_tagged(self, tag: str) -> AsyncIterator[list[tuple[UUID, tuple[str, ...] | None]]]:
        """Every post that has the tag of this key, whatever its status, with its tags; in pages."""
        for status in STATUSES:
            place = _FIRST
            while rows := await self._pool.fetch(_TAGGED, by_tag(status, tag), *place, _PAGE):
                yield [(row["post"], None if row["tags"] is None else tuple(row["tags"])) for row in rows]
                place = rows[-1]["listed_at"], rows[-1]["post"]

    async def site_zone(self) -> ZoneInfo:
        """The site's time zone; UTC before somebody has configured it."""
        return ZoneInfo(await self._pool.fetchval(_SITE_ZONE) or "UTC")

    async def reach(self, cause: Recorded | Tick, *models: str, timeout_s: float = 10) -> None:
        """Waits until the read models have applied the event that caused a job, and so all of its partition before it.

        What is of other partitions has no order with it: `reach_head` waits for that. So does this after a tick.

        Raises:
            NotThereYet: they did not get there in time.
        """
        if isinstance(cause, Recorded):
            place = [cause.partition], [cause.sequence], await self._log.epoch()
        else:
            place = _places(await self._log.head())
        for model in models:
            await self._until_at(model, place, timeout_s)

    async def reach_head(self, model: str, *, timeout_s: float = 10) -> None:
        """Waits until the read model has applied everything that the log holds now.

        Raises:
            NotThereYet: it did not get there in time.
        """
        await self._until_at(model, _places(await self._log.head()), timeout_s)

    async def _until_at(self, model: str, place: _Place, timeout_s: float) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                while await self._pool.fetchval(_BEHIND, model, *place):  # noqa: ASYNC110 - polls
                    await asyncio.sleep(_POLL_S)
        except TimeoutError:
            raise NotThereYet(f"{model} is behind") from None


def _places(head: LogHead) -> _Place:
    return list(range(head.partitions)), list(head.sequences), head.epoch
