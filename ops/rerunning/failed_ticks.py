"""Jobs of the timetable that have failed: no event caused them, so they are found by their own rows."""

from collections import Counter
from typing import Any

import asyncpg

from ops.rerunning.asking_again import ANEW
from ops.rerunning.chosen import Choice

_CHOSEN = """
    job = $1 AND state = 'failed' AND tick_at IS NOT NULL AND ($2::uuid IS NULL OR event_id = $2)
    AND ($3::timestamptz IS NULL OR tick_at >= $3) AND ($4::timestamptz IS NULL OR tick_at < $4)
"""
_COUNT = f"SELECT count(*) FROM job_ledger WHERE {_CHOSEN}"  # noqa: S608 - made of constants
_AGAIN = f"""
    UPDATE job_ledger AS l SET {ANEW}, due_at = due, resend_at = due
      FROM (SELECT event_id, subject,
                   clock_timestamp() + make_interval(secs => row_number() OVER (ORDER BY tick_at, subject) / $5::float8)
                     AS due
              FROM job_ledger WHERE {_CHOSEN}) AS chosen
     WHERE l.event_id = chosen.event_id AND l.job = $1 AND l.subject = chosen.subject AND l.state = 'failed'
"""  # noqa: S608 - made of constants


async def count_failed(connection: "asyncpg.Connection[Any]", choice: Choice) -> Counter[str]:
    failed = int(await connection.fetchval(_COUNT, *_parameters(choice)))
    return Counter({"failed": failed} if failed else {})


async def ask_failed_again(connection: "asyncpg.Connection[Any]", choice: Choice, rate: int) -> int:
    """Makes them wait; says how many. At most `rate` of them begin in a second."""
    return int((await connection.execute(_AGAIN, *_parameters(choice), float(rate))).rpartition(" ")[2])


def _parameters(choice: Choice) -> tuple[Any, ...]:
    return choice.job, choice.event, choice.since, choice.before
