"""How much happened on a day, as the log and the ledger of jobs say."""

from datetime import datetime
from typing import Any, NamedTuple

import asyncpg

from domain.accounts.events import AccountRegistered
from domain.comments.events import CommentWritten
from domain.posts.events import PostPublished

_POSTS, _COMMENTS, _ACCOUNTS = (kind.__name__ for kind in (PostPublished, CommentWritten, AccountRegistered))
_LAST = "SELECT coalesce(max(position), 0) FROM events"
_RECORDED_AT = "SELECT recorded_at FROM events WHERE position = $1"
_TYPES = """
    SELECT type, count(*) FROM events WHERE position > $1 AND position <= $2 AND type = ANY ($3::text[]) GROUP BY type
"""
_JOBS = """
    SELECT (SELECT count(*) FROM job_ledger WHERE state = 'done' AND done_at >= $1 AND done_at < $2) AS done,
           (SELECT count(*) FROM job_ledger WHERE failed_at >= $1 AND failed_at < $2) AS failed
"""
_PAGE = 10_000


class Counts(NamedTuple):
    posts: int
    comments: int
    accounts: int
    jobs_done: int
    jobs_failed: int
    """For good, on that day, whatever became of them since."""


class DayCounts:
    """Reads in short statements: nothing holds a snapshot of the log.

    Args:
        pool: of the log.
    """

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def between(self, since: datetime, until: datetime) -> Counts:
        """Of what was recorded from then on, and before then."""
        types = dict.fromkeys((_POSTS, _COMMENTS, _ACCOUNTS), 0)
        first, last = await self._position_before(since), await self._position_before(until)
        for start in range(first, last, _PAGE):
            for kind, count in await self._pool.fetch(_TYPES, start, min(start + _PAGE, last), list(types)):
                types[kind] += count
        jobs = await self._pool.fetchrow(_JOBS, since, until)
        assert jobs is not None  # noqa: S101 - it counts
        return Counts(types[_POSTS], types[_COMMENTS], types[_ACCOUNTS], jobs["done"], jobs["failed"])

    async def _position_before(self, moment: datetime) -> int:
        """The last position recorded before then: positions are dense, and no event is earlier than the one before."""
        low, high = 0, int(await self._pool.fetchval(_LAST))
        while low < high:
            middle = (low + high + 1) // 2
            if await self._pool.fetchval(_RECORDED_AT, middle) < moment:
                low = middle
            else:
                high = middle - 1
        return low
