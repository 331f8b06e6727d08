"""How many comments somebody is told of one by one within an hour; the rest is summed up when it is over."""

from typing import Any
from uuid import UUID

import asyncpg

from domain.accounts.profile import Notice

MOST_AN_HOUR = 5
"""Notices of a kind to one person, by the clock's hours."""
_MOST_SUMMED = 10_000

# Places are given in order and each once: of two at the same time, the later one finds it taken, and asks again.
_TAKE = """
    INSERT INTO comment_notices (account, notice, hour, comment, place)
    SELECT $1, $2, this.hour, $3, CASE WHEN taken.places < $4 THEN taken.places + 1 END
      FROM (SELECT date_trunc('hour', clock_timestamp(), 'UTC') AS hour) AS this CROSS JOIN LATERAL (
           SELECT count(place) AS places FROM comment_notices
            WHERE account = $1 AND notice = $2 AND hour = this.hour AND place <= $4) AS taken
        ON CONFLICT DO NOTHING
"""
_ANSWER = """
    SELECT place IS NOT NULL FROM comment_notices
     WHERE account = $1 AND notice = $2 AND comment = $3 AND hour = date_trunc('hour', clock_timestamp(), 'UTC')
"""
_HAND_OVER = """
    UPDATE comment_notices SET tick = $1
     WHERE place IS NULL AND tick IS NULL AND hour < date_trunc('hour', clock_timestamp(), 'UTC')
"""
_PURGE = """
    DELETE FROM comment_notices
     WHERE hour < clock_timestamp() - CASE WHEN place IS NULL THEN interval '4 days' ELSE interval '2 hours' END
"""
_HELD_FOR = "SELECT DISTINCT account FROM comment_notices WHERE place IS NULL AND tick = $1"
_HELD = (
    "SELECT comment FROM comment_notices WHERE place IS NULL AND tick = $1 AND account = $2 AND notice = $3 LIMIT $4"
)
_FORGET = "DELETE FROM comment_notices WHERE place IS NULL AND tick = $1 AND account = $2 AND notice = $3"


class NoticeLimit:
    """Remembers beside the ledger who was told of what.

    Args:
        pool: of the log.
    """

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def may_tell(self, account: UUID, notice: Notice, comment: UUID) -> bool:
        """Whether a comment is among the hour's first; if not, it is held for the sum. Asked again, it says the same.

        What is tried again in a later hour counts in that one.
        """
        while True:
            await self._pool.execute(_TAKE, account, notice, comment, MOST_AN_HOUR)
            is_among: bool | None = await self._pool.fetchval(_ANSWER, account, notice, comment)
            if is_among is not None:
                return is_among

    async def hand_over(self, tick: UUID) -> list[UUID]:
        """Has a tick tell of all that past hours hold, and no other one; gives those who are to be told."""
        await self._pool.execute(_HAND_OVER, tick)
        await self._pool.execute(_PURGE)
        return [row["account"] for row in await self._pool.fetch(_HELD_FOR, tick)]

    async def held(self, tick: UUID, account: UUID, notice: Notice) -> list[UUID]:
        """The comments that the tick is to tell somebody of, ten thousand at most."""
        return [row["comment"] for row in await self._pool.fetch(_HELD, tick, account, notice, _MOST_SUMMED)]

    async def forget(self, tick: UUID, account: UUID, notice: Notice) -> None:
        """They are told."""
        await self._pool.execute(_FORGET, tick, account, notice)
