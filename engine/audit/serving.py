"""Verifies one generation against the log: some keys folded afresh, or every key and every counter."""

from typing import Any

import asyncpg

from engine.audit.history import require_same_history
from engine.audit.sampling import sampled_keys
from engine.audit.snapshot import reached, snapshot
from engine.audit.sources import Sources
from engine.audit.verdict import Found, Tables, Verdict, differences, merged
from engine.audit.whole import Done, PartitionFound, look_at_partition
from engine.projection.columns import quoted
from engine.projection.contract import ReadModel
from engine.projection.generations import schema_of


async def verify_sample(sources: Sources, model: ReadModel, generation: int, sample: int) -> Verdict:
    """Folds the keys of events taken at random."""
    [sampled] = await sampled_keys(sources, [(model, generation)], sample)
    return sampled.verdict()


async def verify_every_key(sources: Sources, model: ReadModel, generation: int, done: Done | None = None) -> Verdict:
    """Folds everything, in one snapshot; then a row that nothing asks for cannot hide either."""
    async with snapshot(sources.read_url) as connection:
        seen = await reached(connection, model.name, generation)
        await require_same_history(sources.log, seen)
        tables: Tables = {}
        whole = PartitionFound()
        for partition in sorted(seen.sequences):
            found = await look_at_partition(connection, sources, model, generation, seen, partition, done)
            for each in (*found.wrong.values(), found.counters):
                merged(tables, each)
            whole.add(found)
        if not whole.unfolded and not whole.erased:
            await _count_rows(connection, schema_of(model.name, generation), whole.rows, tables)
        return Verdict(differences(tables), keys=whole.keys, erased=whole.erased, unfolded=whole.unfolded)


async def _count_rows(
    connection: "asyncpg.Connection[Any]", schema: str, expected: dict[str, int], tables: Tables
) -> None:
    """Finds out that there are more rows than those that were looked up."""
    for name, rows in expected.items():
        stored = await connection.fetchval(f"SELECT count(*) FROM {quoted(schema)}.{quoted(name)}")  # noqa: S608 - names of declared tables
        found = tables.get(name, Found())
        unasked = stored - (rows - found.missing + found.extra)
        if unasked > 0:
            merged(tables, {name: Found(extra=unasked)})
