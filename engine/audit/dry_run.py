"""Folds keys by the code at hand into scratch tables, and says what would change of what is served."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from engine.audit.choosing import Choice, chosen_keys
from engine.audit.chunks import chunks
from engine.audit.fresh import FreshKey
from engine.audit.history import require_same_history
from engine.audit.refolding import CHUNK, Refolder
from engine.audit.scratch import scratch
from engine.audit.shapes import shared
from engine.audit.snapshot import look_up_by_key, reached
from engine.audit.sources import Sources
from engine.audit.verdict import Difference, Found, Tables, differences, merged
from engine.audit.whole import Done
from engine.projection.columns import Travel, quoted, travels
from engine.projection.contract import ReadModel
from engine.projection.generations import schema_of
from engine.projection.statements import TableStatements, arrays


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a replay of these keys would do. In `changes`: missing rows would be new, extra ones would go."""

    keys: int
    events: int
    unfolded: int
    """Keys that this code cannot fold."""
    changes: tuple[Difference, ...]
    not_compared: tuple[str, ...]
    """Tables without a counterpart, and counters: those follow from all keys of a partition together."""


async def dry_run(
    sources: Sources, model: ReadModel, serving: int, choice: Choice, done: Done | None = None
) -> Rehearsed:
    """Each chosen key is folded whole, up to where the serving generation is, which may be of another version.

    Raises:
        ForeignHistory: the checkpoints are not of this log.
    """
    keys = events = unfolded = 0
    refolder, gone = Refolder(sources, model, serving), Tables()
    async with scratch(sources.read_url, model) as tables:
        seen = await reached(tables.connection, model.name, serving)
        await require_same_history(sources.log, seen)
        shapes, left = await shared(tables.connection, schema_of(model.name, serving), tables.schema)
        await look_up_by_key(tables.connection)
        known = {shape.table for shape in shapes}
        async for some in chunks(chosen_keys(sources.log, choice), CHUNK):
            fresh = await refolder.fold(tables.connection, seen.wanted(some))
            whole = [each for each in fresh if not each.fault]
            await tables.add(whole)
            await _note_gone(tables.connection, schema_of(model.name, serving), whole, gone, known)
            keys, unfolded = keys + len(whole), unfolded + len(fresh) - len(whole)
            events += sum(each.events for each in whole)
            if done is not None:
                await done(len(fresh))
        changes = {each.table: await tables.compare(schema_of(model.name, serving), each) for each in shapes}
    merged(changes, gone)
    counters = [each.table.name for fold in model.folds for each in fold.contributions]
    return Rehearsed(keys, events, unfolded, differences(changes), tuple(sorted({*left, *counters})))


async def _note_gone(
    connection: "asyncpg.Connection[Any]", serving: str, fresh: Sequence[FreshKey], gone: Tables, known: Collection[str]
) -> None:
    """Rows that are served and would not be there."""
    for number, fold in enumerate(fresh[0].folds if fresh else ()):
        keys = [key for each in fresh for key, row in each.folds[number].rows.items() if row is None]
        table = fold.tables.fold.table
        if keys and table.name in known:
            key = TableStatements(serving, table, travels(table)).key
            count = await connection.fetchval(_count_sql(serving, table.name, key), *arrays(key, keys))
            merged(gone, {table.name: Found(extra=count)})


def _count_sql(serving: str, table: str, key: Sequence[Travel]) -> str:
    sent = ", ".join(f"${number}::{column.sent_as}[]" for number, column in enumerate(key, 1))
    names = ", ".join(column.name for column in key)
    there = f"{quoted(serving)}.{quoted(table)}"
    return f"SELECT count(*) FROM unnest({sent}) AS n({names}) JOIN {there} USING ({names})"  # noqa: S608 - names of declared tables
