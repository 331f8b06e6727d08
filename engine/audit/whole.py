"""Folds every key of a partition afresh and compares it with what is stored, the partition's counters included."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from engine.audit.chunks import chunks
from engine.audit.comparing import Comparing
from engine.audit.counting import PartitionCounts, Sums
from engine.audit.log_pages import keys_of
from engine.audit.refolding import CHUNK, Refolder
from engine.audit.snapshot import Reached, look_up_by_key
from engine.audit.sources import Sources
from engine.audit.verdict import Tables
from engine.projection.contract import ReadModel

Done = Callable[[int], Awaitable[None]]
"""Told after each chunk how many keys it had; may take its time."""


@dataclass(slots=True)
class PartitionFound:
    """What differs in one partition of one generation."""

    keys: int = 0
    unfolded: int = 0
    wrong: dict[str, Tables] = field(default_factory=dict)
    counters: Tables = field(default_factory=dict)
    """None of these belongs to a key: one whose row is wrong may have wrong counters too."""
    counter_errors: Sequence[Sums | None] = ()
    """By counter table, what is stored beyond what should be; None where that cannot be told."""
    rows: dict[str, int] = field(default_factory=dict)
    """By table: how many rows there should be."""
    erased: int = 0
    """Keys with text that nobody can read any more."""

    def add(self, other: "PartitionFound") -> None:
        """The counts alone."""
        self.keys += other.keys
        self.unfolded += other.unfolded
        self.erased += other.erased
        for name, rows in other.rows.items():
            self.rows[name] = self.rows.get(name, 0) + rows


async def look_at_partition(  # noqa: PLR0913, PLR0917 - all that says what is looked at
    connection: "asyncpg.Connection[Any]",
    sources: Sources,
    model: ReadModel,
    generation: int,
    reached: Reached,
    partition: int,
    done: Done | None = None,
) -> PartitionFound:
    """`connection` sees the generation as far as `reached` says."""
    refolder, comparing = Refolder(sources, model, generation), Comparing(model, generation)
    counts, found = PartitionCounts(model, generation), PartitionFound()
    await look_up_by_key(connection)
    async for keys in chunks(keys_of(sources.log, partition, reached.sequences[partition]), CHUNK):
        fresh = await refolder.fold(connection, reached.wanted(keys))
        found.wrong.update(await comparing.differing(connection, fresh))
        counts.add(fresh)
        faults, erased = (sum(1 for each in fresh if each.fault), sum(1 for each in fresh if each.is_erased))
        found.add(PartitionFound(keys=len(keys), unfolded=faults, rows=comparing.expected(fresh), erased=erased))
        if done is not None:
            await done(len(keys))
    found.counters, found.counter_errors = await counts.compared(connection, partition)
    return found
