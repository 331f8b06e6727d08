"""Changes single rows of the ledger: has them tried again at once, or gives them up."""

from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

_CHOSEN = """
    ($1::uuid IS NULL OR event_id = $1) AND ($2::text IS NULL OR job = $2) AND ($3::uuid IS NULL OR subject = $3)
    AND state = ANY ($4::text[])
"""
_COUNT = f"SELECT count(*) FROM job_ledger WHERE {_CHOSEN}"  # noqa: S608 - made of constants
_RETRY = f"""
    UPDATE job_ledger
       SET state = 'waiting', attempts = 0, sends = 0, begun_at = NULL, expires_at = NULL, last_error = NULL,
           done_at = NULL, lease = NULL, leased_until = NULL, due_at = clock_timestamp(), resend_at = clock_timestamp()
     WHERE {_CHOSEN}
"""  # noqa: S608 - made of constants
# It takes the lease away: the worker that has it records nothing more.
_CANCEL = f"""
    UPDATE job_ledger AS row
       SET state = 'cancelled', done_at = clock_timestamp(), lease = NULL, leased_until = NULL
      FROM (SELECT event_id, job, subject FROM job_ledger WHERE {_CHOSEN} LIMIT $5 FOR UPDATE) AS page
     WHERE row.event_id = page.event_id AND row.job = page.job AND row.subject = page.subject
"""  # noqa: S608 - made of constants
_PAGE = 10_000
"""Of half a million, workers wait for one page at a time."""


class Chosen(NamedTuple):
    """Jobs in one of these states; what is None does not matter."""

    event: UUID | None
    job: str | None
    subject: UUID | None
    states: tuple[str, ...]


async def count_of(connection: "asyncpg.Connection[Any]", chosen: Chosen) -> int:
    return int(await connection.fetchval(_COUNT, *chosen))


async def retry(connection: "asyncpg.Connection[Any]", chosen: Chosen) -> int:
    """Has them wait for an attempt at once, as if they had never been tried; says how many."""
    return _changed(await connection.execute(_RETRY, *chosen))


async def cancel(connection: "asyncpg.Connection[Any]", chosen: Chosen) -> int:
    """Says how many. One that runs is stopped when it is long, and may be through when it is short."""
    cancelled = 0
    while page := _changed(await connection.execute(_CANCEL, *chosen, _PAGE)):
        cancelled += page
    return cancelled


def _changed(tag: str) -> int:
    return int(tag.rpartition(" ")[2])
