"""Checks that nobody has gone further than the log reaches: its end would be lost."""

from typing import Any

from ops.checking_log.problems import Problems

_SQL = """
    SELECT 'the relay has sent position ' || r.position || ', and the log ends at ' || $1::bigint AS problem
      FROM relay_cursor r WHERE r.position > $1
    UNION ALL
    SELECT 'jobs have seen sequence ' || c.sequence || ' of partition ' || c.partition || ', which ends at '
           || coalesce(($2::bigint[])[c.partition + 1], 0)
      FROM job_checkpoints c WHERE c.sequence > coalesce(($2::bigint[])[c.partition + 1], 0)
"""


async def check_cursors(database: Any, position: int, sequences: tuple[int, ...], problems: Problems) -> None:
    """Compares with the log's head, read after the cursors were last moved or together with them.

    Raises:
        TooMany: see Problems.
    """
    for row in await database.fetch(_SQL, position, list(sequences)):
        problems.add(row["problem"])
