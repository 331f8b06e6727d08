"""The generations that there are: their age, size and lag, and which of them can go."""

from collections.abc import Mapping
from typing import Any

import asyncpg

# A checkpoint of another epoch is of a history that is gone: how far it is behind cannot be said.
_GENERATIONS = """
    SELECT g.model, g.number AS generation, g.version, g.state, g.created_at, g.built_at, g.served_at,
           (SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
              FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE c.relkind = 'r' AND n.nspname = g.model || '_g' || g.number) AS bytes,
           (SELECT CASE WHEN bool_and(k.epoch = $1) AND count(*) > 0 THEN $2::bigint - sum(k.sequence)::bigint END
              FROM projection.checkpoints AS k WHERE k.model = g.model AND k.generation = g.number) AS lag,
           (SELECT count(DISTINCT key) FROM projection.parked AS p
             WHERE p.model = g.model AND p.generation = g.number) AS parked_keys,
           EXISTS (SELECT FROM projection.replays AS r
                    WHERE r.model = g.model AND r.generation = g.number
                      AND r.state NOT IN ('done', 'refused', 'failed', 'cancelled')) AS is_at_work
      FROM projection.generations AS g ORDER BY g.model, g.number
"""


async def generations(connection: "asyncpg.Connection[Any]", *, epoch: int, events: int) -> list[Mapping[str, Any]]:
    """Every generation, with how many of the log's `events` it lacks."""
    return [dict(row) for row in await connection.fetch(_GENERATIONS, epoch, events)]


def can_go(generation: Mapping[str, Any]) -> bool:
    """What nobody reads and no replay is at work on."""
    return generation["state"] != "serving" and not generation["is_at_work"]
