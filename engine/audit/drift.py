"""What audits leave in the read database: how far a cycle is, and which keys are not as the log says."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg

from engine.audit.verdict import Tables, differences
from engine.audit.whole import PartitionFound

MOST = 1_000
"""Keys that are named for one partition; the rest are counted."""
_CYCLES = """
    SELECT cycle, array_agg(partition ORDER BY partition) AS partitions,
           extract(epoch FROM clock_timestamp() - min(finished_at))::float8 AS age_s
      FROM projection.audits WHERE model = $1
       AND cycle = (SELECT max(cycle) FROM projection.audits WHERE model = $1) GROUP BY cycle
"""
_AUDITED = """
    INSERT INTO projection.audits (model, cycle, partition, keys, differences) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (model, cycle, partition) DO UPDATE
       SET keys = excluded.keys, differences = excluded.differences, finished_at = clock_timestamp()
"""
_OLD_CYCLES = "DELETE FROM projection.audits WHERE model = $1 AND cycle < $2 - 10"
_FORGET = "DELETE FROM projection.drift WHERE model = $1 AND generation = $2 AND partition = $3"
_FOUND = """
    INSERT INTO projection.drift (model, generation, key, partition, tables)
    SELECT $1, $2, n.key, $3, n.tables::jsonb FROM unnest($4::text[], $5::text[]) AS n(key, tables)
"""
_MENDED = "DELETE FROM projection.drift WHERE model = $1 AND generation = $2 AND key = ANY ($3::text[])"
_COUNT = """
    SELECT count(*) FROM projection.drift AS d
      JOIN projection.generations AS g ON g.model = d.model AND g.number = d.generation AND g.state = 'serving'
     WHERE d.model = $1
"""


class Cycle(NamedTuple):
    """The newest cycle of a read model's audit."""

    number: int
    partitions: Sequence[int]
    """Those that are done."""
    age_s: float
    """Since the first of them was."""


def counters_key(partition: int) -> str:
    """Stands for a key where a partition's counters are wrong."""
    return f"counters of partition {partition}"


async def newest_cycle(connection: "asyncpg.Connection[Any]", model: str) -> Cycle:
    found = await connection.fetchrow(_CYCLES, model)
    return Cycle(*found) if found is not None else Cycle(0, (), 0.0)


async def note(  # noqa: PLR0913, PLR0917 - a row's columns
    connection: "asyncpg.Connection[Any]",
    model: str,
    generation: int,
    cycle: int,
    partition: int,
    found: PartitionFound,
) -> None:
    """Replaces what earlier cycles said of the partition."""
    wrong: dict[str, Tables] = dict(found.wrong)
    if found.counters:
        wrong[counters_key(partition)] = found.counters
    named = list(wrong.items())[:MOST]
    async with connection.transaction():
        await connection.execute(_AUDITED, model, cycle, partition, found.keys, len(wrong))
        await connection.execute(_OLD_CYCLES, model, cycle)
        await connection.execute(_FORGET, model, generation, partition)
        texts = [_as_json(tables) for _, tables in named]
        await connection.execute(_FOUND, model, generation, partition, [key for key, _ in named], texts)


async def mended(connection: "asyncpg.Connection[Any]", model: str, generation: int, keys: Sequence[str]) -> None:
    await connection.execute(_MENDED, model, generation, list(keys))


async def drifted(connection: "asyncpg.Connection[Any]", model: str) -> int:
    """How many keys of the serving generation are known to be wrong."""
    return int(await connection.fetchval(_COUNT, model))


def _as_json(tables: Tables) -> str:
    return json.dumps(
        {
            each.table: {
                "missing": each.missing,
                "extra": each.extra,
                "different": each.different,
                "columns": each.columns,
            }
            for each in differences(tables)
        }
    )
