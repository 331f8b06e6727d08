"""Checks that nobody has gone further than the log reaches: its end would be lost."""

from typing import Any

from ops.checking_log.problems import Problems

# One statement, one snapshot: whoever moved a cursor had seen the events.
_SQL = """
    WITH head AS (SELECT coalesce(max(position), 0) AS position FROM events)
    SELECT 'the relay has sent position ' || r.position || ', and the log ends at ' || head.position AS problem
      FROM relay_cursor r, head WHERE r.position > head.position
    UNION ALL
    SELECT 'jobs have seen sequence ' || c.sequence || ' of partition ' || c.partition || ', which ends at '
           || e.sequence
      FROM job_checkpoints c,
           LATERAL (SELECT coalesce(max(sequence), 0) AS sequence FROM events WHERE partition = c.partition) AS e
     WHERE c.sequence > e.sequence
"""


async def check_cursors(database: Any, problems: Problems) -> None:
    """Compares them with the log's head.

    Raises:
        TooMany: see Problems.
    """
    for row in await database.fetch(_SQL):
        problems.add(row["problem"])
