"""Asks for jobs of past events again: the ledger's rows wait anew, and the sweeper sends them."""

from collections import Counter
from typing import Any

import asyncpg

from jobs.job import Job
from ops.rerunning.chosen import Choice, windows

_COUNT = f"""
    SELECT coalesce(l.state, 'never asked for') AS state, count(*)
      FROM events AS e LEFT JOIN job_ledger AS l ON l.event_id = e.id AND l.job = $1 AND (NOT $7 OR l.state = 'failed')
     WHERE {Choice.WHERE} GROUP BY 1
"""  # noqa: S608 - made of constants
# What runs now is left to its worker, which would record its end in a row that says otherwise. Times are spread, so
# that neither the broker nor a mail server meets all of them at once.
_DUE = "clock_timestamp() + make_interval(secs => ($8 + row_number() OVER (ORDER BY {order})) / $9::float8)"
ANEW = """
    state = 'waiting', attempts = 0, sends = 0, begun_at = NULL, expires_at = NULL, lease = NULL, leased_until = NULL,
    last_error = NULL, done_at = NULL
"""
_AGAIN = f"""
    INSERT INTO job_ledger AS l (event_id, job, position, queue, most_attempts, due_at, resend_at)
    SELECT id, $1, position, $10, $11, due, due
      FROM (SELECT e.id, e.position, {_DUE.format(order="e.position")} AS due
              FROM events AS e WHERE {Choice.WHERE}) AS chosen
        ON CONFLICT (event_id, job, subject) DO UPDATE
       SET {ANEW}, due_at = excluded.due_at, resend_at = excluded.resend_at
     WHERE l.state <> 'running'
"""  # noqa: S608 - made of constants
# Of what was spread over those whom an event concerns, each has a row of its own.
_ROWS_AGAIN = f"""
    UPDATE job_ledger AS l SET {ANEW}, due_at = due, resend_at = due
      FROM (SELECT f.event_id, f.subject, {_DUE.format(order="e.position, f.subject")} AS due
              FROM events AS e JOIN job_ledger AS f ON f.event_id = e.id AND f.job = $1
             WHERE {Choice.WHERE} AND f.state <> 'running' AND (f.state = 'failed' OR NOT $7)
               AND ($7 OR f.subject <> '00000000-0000-0000-0000-000000000000')) AS chosen
     WHERE l.event_id = chosen.event_id AND l.job = $1 AND l.subject = chosen.subject AND l.state <> 'running'
"""  # noqa: S608 - made of constants


async def counts(connection: "asyncpg.Connection[Any]", choice: Choice) -> Counter[str]:
    """By what the ledger says of them now, how many jobs are chosen."""
    found: Counter[str] = Counter()
    async for first, end in windows(connection, choice):
        found.update(dict(map(tuple, await connection.fetch(_COUNT, *choice.parameters(first, end)))))
    return found


async def ask_again(connection: "asyncpg.Connection[Any]", choice: Choice, job: Job, rate: int) -> int:
    """Makes all that is chosen wait, but what runs now; says how many. At most `rate` of them begin in a second."""
    asked = 0
    async for first, end in windows(connection, choice):
        parameters = choice.parameters(first, end)
        if not choice.only_failed:
            entered = await connection.execute(_AGAIN, *parameters, asked, float(rate), job.queue, job.retry.most)
            asked += int(entered.rpartition(" ")[2])
        asked += int((await connection.execute(_ROWS_AGAIN, *parameters, asked, float(rate))).rpartition(" ")[2])
    return asked
