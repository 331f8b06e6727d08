"""Rows as they enter the ledger: a job for an event, or for a tick of the timetable, perhaps about somebody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from jobs.job import Job

NOBODY = UUID(int=0)
"""Stands where a job is about no subject of its own."""

_ENTER = """
    INSERT INTO job_ledger
           (event_id, job, subject, position, tick_at, queue, most_attempts, due_at, resend_at, expires_at)
    SELECT event_id, job, subject, position, tick_at, queue, most, due_at,
           greatest(due_at, clock_timestamp()) + make_interval(secs => $9), due_at + make_interval(secs => expires_s)
      FROM (SELECT *, coalesce(time, clock_timestamp()) AS due_at
              FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::timestamptz[], $6::text[],
                          $7::smallint[], $8::timestamptz[], $10::float8[])
                   AS entered(event_id, job, subject, position, tick_at, queue, most, time, expires_s)) AS entered
        ON CONFLICT DO NOTHING
"""


class Entry(NamedTuple):
    """`position` is the event's, where one caused it, `tick_at` the tick's otherwise."""

    job: Job
    event_id: UUID
    position: int | None = None
    tick_at: datetime | None = None
    subject: UUID = NOBODY
    time: datetime | None = None
    """Not before; None: at once."""


async def enter(connection: Any, entries: Sequence[Entry], *, first_resend_s: float) -> None:
    """Those that are there already stay as they are. What is sent at once is sent again after `first_resend_s`."""
    await connection.execute(
        _ENTER,
        [entry.event_id for entry in entries],
        [entry.job.name for entry in entries],
        [entry.subject for entry in entries],
        [entry.position for entry in entries],
        [entry.tick_at for entry in entries],
        [entry.job.queue for entry in entries],
        [entry.job.retry.most for entry in entries],
        [entry.time for entry in entries],
        first_resend_s,
        [entry.job.expires_s for entry in entries],
    )
