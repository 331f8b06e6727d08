"""The ledger as a whole: what must be sent again, what is over, and how much is open."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from jobs.entries import NOBODY

_PURGE_AT_ONCE = 1000

# A message that was sent and not heard of is sent again: after 10 s, 20 s, 40 s, at most 10 minutes. A worker that
# died in the last attempt leaves a row that nobody may claim any more, and so does a time that is over.
_SWEEP = """
    UPDATE job_ledger AS row
       SET state = CASE WHEN row.attempts >= row.most_attempts THEN 'failed' WHEN due.is_over THEN 'expired'
                        ELSE row.state END,
           failed_at = CASE WHEN row.attempts >= row.most_attempts THEN clock_timestamp() ELSE row.failed_at END,
           done_at = CASE WHEN due.is_over AND row.attempts < row.most_attempts THEN clock_timestamp() END,
           last_error = CASE WHEN row.state = 'running' THEN 'the worker died with it in hand' ELSE row.last_error END,
           sends = least(row.sends + 1, 10),
           resend_at = clock_timestamp() + make_interval(secs => least(600, 10 * 2 ^ row.sends))
      FROM unnest($1::text[], $2::int[]) AS each(queue, room) CROSS JOIN LATERAL (
           SELECT event_id, job, subject, begun_at IS NULL AND expires_at <= clock_timestamp() AS is_over
             FROM job_ledger
            WHERE queue = each.queue AND state IN ('waiting', 'running') AND resend_at <= clock_timestamp()
            ORDER BY resend_at LIMIT each.room FOR UPDATE SKIP LOCKED) AS due
     WHERE row.event_id = due.event_id AND row.job = due.job AND row.subject = due.subject
    RETURNING row.event_id, row.job, row.subject, row.queue, row.state
"""
_HURRY = """
    UPDATE job_ledger AS row SET resend_at = clock_timestamp()
      FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS unsent(event_id, job, subject)
     WHERE row.event_id = unsent.event_id AND row.job = unsent.job AND row.subject = unsent.subject
       AND row.state = 'waiting' AND row.due_at <= clock_timestamp()
"""
_PURGE = """
    DELETE FROM job_ledger WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM job_ledger
         WHERE state IN ('done', 'expired', 'cancelled') AND done_at < clock_timestamp() - interval '90 days'
         LIMIT $1))
"""
_OPEN = """
    SELECT queue, job, state, count(*) AS jobs,
           max(extract(epoch FROM clock_timestamp() - coalesce(begun_at, due_at)))::float8 AS oldest_s
      FROM job_ledger WHERE state IN ('waiting', 'running', 'failed') GROUP BY queue, job, state
"""


class Due(NamedTuple):
    """A job that a worker is to be told of."""

    event_id: UUID
    job: str
    subject: UUID = NOBODY
    queue: str = "quick"


class Open(NamedTuple):
    """Jobs that are not done."""

    queue: str
    job: str
    state: str
    jobs: int
    oldest_s: float
    """Since one of them was to be done; negative when the time of all is still to come."""


class Upkeep:
    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def sweep(self, room: Mapping[str, int]) -> list[Due]:
        """Takes what must be sent (again) now, so much of each queue; several sweepers share the work."""
        rows = await self._pool.fetch(_SWEEP, list(room), list(room.values()))
        return [Due(*row[:4]) for row in rows if row["state"] in {"waiting", "running"}]

    async def hurry(self, unsent: Sequence[Due]) -> None:
        """Has them sent as soon as the broker has room."""
        if unsent:
            await self._pool.execute(_HURRY, *list(zip(*sorted(unsent), strict=True))[:3])

    async def purge(self) -> int:
        """Forgets what ended more than 90 days ago, in short transactions. What failed stays for an operator."""
        purged = 0
        while True:
            removed = int((await self._pool.execute(_PURGE, _PURGE_AT_ONCE)).removeprefix("DELETE "))
            purged += removed
            if removed < _PURGE_AT_ONCE:
                return purged

    async def still_open(self) -> list[Open]:
        return [Open(*row) for row in await self._pool.fetch(_OPEN)]
