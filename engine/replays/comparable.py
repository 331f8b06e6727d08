"""Whether two generations can be compared row by row at all."""

from typing import Any

import asyncpg

# Rows of a parked key are as old as the event that it waits for: both must wait for the same.
_APART = """
    SELECT EXISTS (SELECT FROM projection.checkpoints AS o JOIN projection.checkpoints AS n USING (model, partition)
                    WHERE o.model = $1 AND o.generation = $2 AND n.generation = $3 AND o.epoch <> n.epoch)
        OR EXISTS (WITH firsts AS (
                       SELECT generation, key, min(sequence) AS first FROM projection.parked
                        WHERE model = $1 AND generation IN ($2, $3) GROUP BY generation, key)
                   SELECT FROM firsts GROUP BY key, first HAVING count(*) = 1)
"""


async def are_comparable(connection: "asyncpg.Connection[Any]", model: str, old: int, new: int) -> bool:
    """False when they are of different histories, or when not the same keys are parked in both."""
    return not await connection.fetchval(_APART, model, old, new)
