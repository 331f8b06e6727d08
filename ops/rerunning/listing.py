"""What the ledger of jobs says, for an operator."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

_ROWS = """
    SELECT job, event_id, nullif(subject, '00000000-0000-0000-0000-000000000000') AS subject, queue, state, attempts,
           CASE WHEN state = 'running' AND progress_done IS NOT NULL THEN
                progress_done || coalesce(' of ' || progress_total, '') ELSE steps::text END AS progress,
           clock_timestamp() - created_at AS age, last_error, due_at, done_at
      FROM job_ledger WHERE state = ANY ($1::text[]) AND ($2::text IS NULL OR job = $2)
     ORDER BY created_at DESC, job LIMIT $3
"""
_OF_EVENT = """
    SELECT l.job, nullif(l.subject, '00000000-0000-0000-0000-000000000000') AS subject, l.queue, l.state, l.attempts,
           l.most_attempts, l.steps, l.progress_done, l.progress_total, l.sends, l.created_at, l.due_at, l.begun_at,
           l.leased_until, l.expires_at, l.done_at, l.last_error, l.tick_at, e.type, e.stream, e.position,
           e.recorded_at, e.metadata::json ->> 'correlation' AS correlation
      FROM job_ledger AS l LEFT JOIN events AS e ON e.position = l.position
     WHERE l.event_id = $1 ORDER BY l.job, l.subject LIMIT $2
"""


class Entry(NamedTuple):
    """A job for an event."""

    job: str
    event: UUID
    """Or the tick of the timetable."""
    subject: UUID | None
    """Whom it is about, where an event concerns several."""
    queue: str
    state: str
    attempts: int
    progress: str | None
    """What a long one has done so far, such as posts, perhaps of how many."""
    age: timedelta
    error: str | None
    due_at: datetime
    done_at: datetime | None


async def entries(connection: "asyncpg.Connection[Any]", states: list[str], job: str | None, limit: int) -> list[Entry]:
    """The newest first."""
    return [Entry(*row) for row in await connection.fetch(_ROWS, states, job, limit)]


async def jobs_of(connection: "asyncpg.Connection[Any]", event: UUID, limit: int) -> list[dict[str, Any]]:
    """Everything about the jobs of an event or a tick."""
    return [dict(row) for row in await connection.fetch(_OF_EVENT, event, limit)]
