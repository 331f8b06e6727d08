"""Asks for jobs of past events again: the ledger's rows wait anew, and the sweeper sends them."""

from collections import Counter
from typing import Any

import asyncpg

from ops.rerunning.chosen import Choice, windows

_COUNT = f"""
    SELECT coalesce(l.state, 'never asked for') AS state, count(*)
      FROM events AS e LEFT JOIN job_ledger AS l ON l.event_id = e.id AND l.job = $1
     WHERE {Choice.WHERE} GROUP BY 1
"""  # noqa: S608 - made of constants
# What runs now is left to its worker, which would record its end in a row that says otherwise. Times are spread, so
# that neither the broker nor a mail server meets all of them at once.
_AGAIN = f"""
    INSERT INTO job_ledger AS l (event_id, job, position, due_at, resend_at)
    SELECT id, $1, position, due, due
      FROM (SELECT e.id, e.position, clock_timestamp() + make_interval(
                       secs => ($8 + row_number() OVER (ORDER BY e.position)) / $9::float8) AS due
              FROM events AS e WHERE {Choice.WHERE}) AS chosen
        ON CONFLICT (event_id, job) DO UPDATE
       SET state = 'waiting', attempts = 0, sends = 0, due_at = excluded.due_at, resend_at = excluded.resend_at,
           lease = NULL, leased_until = NULL, last_error = NULL, done_at = NULL
     WHERE l.state <> 'running'
"""  # noqa: S608 - made of constants


async def counts(connection: "asyncpg.Connection[Any]", choice: Choice) -> Counter[str]:
    """By what the ledger says of them now, how many jobs are chosen."""
    found: Counter[str] = Counter()
    async for first, end in windows(connection, choice):
        found.update(dict(map(tuple, await connection.fetch(_COUNT, *choice.parameters(first, end)))))
    return found


async def ask_again(connection: "asyncpg.Connection[Any]", choice: Choice, rate: int) -> int:
    """Makes all that is chosen wait, but what runs now; says how many. At most `rate` of them begin in a second."""
    asked = 0
    async for first, end in windows(connection, choice):
        done = await connection.execute(_AGAIN, *choice.parameters(first, end), asked, float(rate))
        asked += int(done.rpartition(" ")[2])
    return asked
