"""What the ledger of jobs says, for an operator."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

_ROWS = """
    SELECT job, event_id, state, attempts, steps, clock_timestamp() - created_at AS age, last_error, due_at, done_at
      FROM job_ledger WHERE state = ANY ($1::text[]) AND ($2::text IS NULL OR job = $2)
     ORDER BY created_at DESC, job LIMIT $3
"""
_OF_EVENT = """
    SELECT l.job, l.state, l.attempts, l.steps, l.sends, l.created_at, l.due_at, l.leased_until, l.done_at,
           l.last_error, e.type, e.stream, e.position, e.recorded_at
      FROM job_ledger AS l JOIN events AS e ON e.position = l.position
     WHERE l.event_id = $1 ORDER BY l.job
"""


class Entry(NamedTuple):
    """A job for an event."""

    job: str
    event: UUID
    state: str
    attempts: int
    steps: int | None
    """What a long one has done so far, such as posts."""
    age: timedelta
    error: str | None
    due_at: datetime
    done_at: datetime | None


async def entries(connection: "asyncpg.Connection[Any]", states: list[str], job: str | None, limit: int) -> list[Entry]:
    """The newest first."""
    return [Entry(*row) for row in await connection.fetch(_ROWS, states, job, limit)]


async def jobs_of(connection: "asyncpg.Connection[Any]", event: UUID) -> list[dict[str, Any]]:
    """Everything about the jobs of an event."""
    return [dict(row) for row in await connection.fetch(_OF_EVENT, event)]
