"""Compares the counters of a partition with the sum of what all its fresh rows contribute."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from engine.audit.comparing import rows_of
from engine.audit.fresh import FreshKey
from engine.audit.stored_tables import StoredCounters, amounts_of
from engine.audit.verdict import Found, Tables
from engine.projection.contract import ReadModel
from engine.projection.fold_tables import Key
from engine.projection.generations import schema_of

Sums = dict[Key, tuple[int, ...]]


class PartitionCounts:
    """Adds up one partition's contributions while its keys are folded."""

    def __init__(self, model: ReadModel, generation: int) -> None:
        schema = schema_of(model.name, generation)
        self._tables = [
            (number, StoredCounters(schema, each))
            for number, fold in enumerate(model.folds)
            for each in fold.contributions
        ]
        self._sums: list[Sums] = [{} for _ in self._tables]
        self._unsure: list[set[Key]] = [set() for _ in self._tables]
        self._is_whole = True

    def add(self, fresh: Sequence[FreshKey]) -> None:
        if any(each.fault for each in fresh):
            self._is_whole = False
        for place, (number, table) in enumerate(self._tables):
            for _, row, other in rows_of(fresh, number):
                mine = dict(amounts_of(table.amounts, row))
                _add(self._sums[place], mine)
                if other is not row:
                    self._unsure[place] |= _hanging_on_text(mine, dict(amounts_of(table.amounts, other)))

    async def compared(
        self, connection: "asyncpg.Connection[Any]", partition: int
    ) -> tuple[Tables, Sequence[Sums | None]]:
        """Where the counters are otherwise, and by counter table what is stored beyond what should be.

        None where that cannot be told: a key of the partition could not be folded, or counters hang on erased text.
        """
        tables: Tables = {}
        errors: list[Sums | None] = []
        for (_, table), sums, unsure in zip(self._tables, self._sums, self._unsure, strict=True):
            stored = await table.load(connection, partition)
            error = minus(stored, sums) if self._is_whole and not unsure else None
            errors.append(error)
            if error:
                expected = {key: amounts for key, amounts in sums.items() if any(amounts)}
                tables[table.name] = _found(table.columns, stored, expected)
        return tables, errors


def minus(one: Sums, other: Sums) -> Sums:
    """By counter; what comes to nothing is left out."""
    width = len(next(iter(one.values()), next(iter(other.values()), ())))
    nothing = (0,) * width
    apart = {
        key: tuple(a - b for a, b in zip(one.get(key, nothing), other.get(key, nothing), strict=True))
        for key in one.keys() | other.keys()
    }
    return {key: amounts for key, amounts in apart.items() if any(amounts)}


def _add(sums: Sums, more: dict[Key, Sequence[int]]) -> None:
    for key, amounts in more.items():
        sums[key] = tuple(map(sum, zip(sums[key], amounts, strict=True))) if key in sums else tuple(amounts)


def _hanging_on_text(mine: dict[Key, Sequence[int]], others: dict[Key, Sequence[int]]) -> set[Key]:
    return {key for key in mine.keys() | others.keys() if mine.get(key) != others.get(key)}


def _found(columns: Iterable[str], stored: Sums, expected: Sums) -> Found:
    both = stored.keys() & expected.keys()
    found = Found(missing=len(expected.keys() - both), extra=len(stored.keys() - both))
    names = tuple(columns)
    changed: dict[str, int] = defaultdict(int)
    for key in both:
        apart = [name for name, one, other in zip(names, stored[key], expected[key], strict=True) if one != other]
        found.different += bool(apart)
        for name in apart:
            changed[name] += 1
    found.columns |= changed.keys()
    return found
