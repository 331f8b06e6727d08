"""How far the log had got at a moment in the past."""

from datetime import datetime
from typing import Any

import asyncpg

from engine.log.availability import reading_the_log

_HEADS = """
    SELECT p.partition, coalesce((SELECT e.sequence FROM events e WHERE e.partition = p.partition::smallint
                                   ORDER BY e.sequence DESC LIMIT 1), 0) AS sequence
      FROM log_state, generate_series(0, partitions - 1) AS p(partition) ORDER BY p.partition
"""
_IS_BEFORE = "SELECT recorded_at <= $3 FROM events WHERE partition = $1 AND sequence = $2"


async def sequences_at(pool: "asyncpg.Pool[Any]", moment: datetime) -> tuple[int, ...]:
    """The last sequence of each partition that was recorded until then.

    Times never fall along a partition, so that it is searched by halves: no index on times is needed.
    """
    with reading_the_log():
        heads = await pool.fetch(_HEADS)
        return tuple([await _last_before(pool, row["partition"], row["sequence"], moment) for row in heads])


async def _last_before(pool: "asyncpg.Pool[Any]", partition: int, last: int, moment: datetime) -> int:
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        if await pool.fetchval(_IS_BEFORE, partition, middle, moment):
            low = middle
        else:
            high = middle - 1
    return low
