"""Judges a generation in one snapshot: by another generation, and by the log, which has the last word."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from engine.audit.checksums import RowApart, columns_apart, rows_apart, summed
from engine.audit.comparing import Comparing
from engine.audit.fresh import FreshKey
from engine.audit.log_pages import known_keys
from engine.audit.refolding import CHUNK, Refolder
from engine.audit.sampling import Folded
from engine.audit.shapes import Shape, shared
from engine.audit.snapshot import Reached, look_up_by_key
from engine.audit.sources import Sources
from engine.audit.verdict import Found, Tables, Verdict, differences, merged
from engine.audit.whole import look_at_partition
from engine.projection.contract import ReadModel
from engine.projection.generations import schema_of

_ENOUGH = 200
"""As many rows that differ say what is wrong; the rest are counted."""
_VERSION = "SELECT version FROM projection.generations WHERE model = $1 AND number = $2"


class Judge:
    """Collects what differs. The generation is `number`; `connection` sees it as far as `reached` says."""

    def __init__(
        self, sources: Sources, model: ReadModel, number: int, reached: Reached, connection: "asyncpg.Connection[Any]"
    ) -> None:
        self._sources, self._model, self._number = sources, model, number
        self._reached, self._connection = reached, connection
        self._refolder, self._comparing = Refolder(sources, model, number), Comparing(model, number)
        self._found: Tables = {}
        self._folded = Folded()
        self._serving: Comparing | None = None
        self._counters = frozenset(each.table.name for fold in model.folds for each in fold.contributions)
        self._apart: frozenset[str] = frozenset()
        self._partitions: frozenset[int] = frozenset()
        """Keys, and partitions of counters, that are not compared with another generation: parked there or here."""
        self._rows, self._erased = 0, 0
        self._not_compared: tuple[str, ...] = ()

    def verdict(self, sampled: Folded) -> Verdict:
        """With what keys came to that were folded at another moment."""
        sampled.join(self._folded)
        found = dict(self._found)
        merged(found, {name: each for name, each in sampled.tables().items() if name not in self._found})
        keys, unfolded = len(sampled.keys), len(sampled.unfolded)
        return Verdict(differences(found), self._rows, keys, self._erased, unfolded, self._not_compared)

    async def compare(self, beside: "asyncpg.Connection[Any]", serving: int, served: Reached) -> None:
        """With the generation `serving`, which `beside` reads at the same time as this one is read."""
        parked_once = self._reached.parked.items() ^ served.parked.items()
        await self._judge_alone({key for key, _ in parked_once})
        old, new = schema_of(self._model.name, serving), schema_of(self._model.name, self._number)
        if await self._connection.fetchval(_VERSION, self._model.name, serving) == self._model.version:
            self._serving = Comparing(self._model, serving)
        shapes, self._not_compared = await shared(self._connection, old, new)
        for shape in shapes:
            sums, others = await asyncio.gather(summed(self._connection, new, shape), summed(beside, old, shape))
            self._rows += sums.rows
            apart = sums.apart(others)
            if apart:
                await self._look_at(beside, (old, new), shape, apart)

    async def _judge_alone(self, keys: Collection[str]) -> None:
        """Keys that only one generation has parked, or further back, and their partitions' counters: by the log."""
        self._apart, partitions = frozenset(keys), {each.partition for each in self._reached.wanted(keys)}
        await self.fold(keys)
        if self._counters:
            for partition in partitions:
                found = await look_at_partition(
                    self._connection, self._sources, self._model, self._number, self._reached, partition
                )
                merged(self._found, found.counters)
            self._partitions = frozenset(partitions)

    async def fold(self, keys: Collection[str]) -> None:
        """Folds those not folded yet, and notes what is stored otherwise."""
        left = [key for key in keys if key not in self._folded.keys]
        await look_up_by_key(self._connection)
        for start in range(0, len(left), CHUNK):
            fresh = await self._refolder.fold(self._connection, self._reached.wanted(left[start : start + CHUNK]))
            self._folded.add(fresh, await self._comparing.differing(self._connection, fresh))
            await self._look_at_erased([each for each in fresh if each.is_erased])

    async def _look_at_erased(self, fresh: Sequence[FreshKey]) -> None:
        """What the serving generation has of them must be right as well, or the difference is not the erasure's."""
        if fresh and self._serving is not None:
            for key, tables in (await self._serving.differing(self._connection, fresh)).items():
                merged(self._folded.wrong.setdefault(key, {}), tables)

    async def _look_at(
        self, beside: "asyncpg.Connection[Any]", schemas: tuple[str, str], shape: Shape, buckets: Collection[int]
    ) -> None:
        found, wrong_keys = Found(), list[tuple[Any, ...]]()
        async for page in rows_apart(beside, *schemas, shape, buckets):
            owners = await self._owners(page) if found.count < _ENOUGH else {}
            for row in page:
                mine = owners.get(row, ())
                if self._is_set_aside(shape, row, mine):
                    continue
                if self._is_erasure(mine):
                    self._erased += 1
                    continue
                if row.is_old and row.is_new and found.count < _ENOUGH:
                    wrong_keys.append(row.key)
                found.add(_difference(row, mine))
        if found.count:
            found.columns |= await columns_apart(self._connection, *schemas, shape, wrong_keys)
            merged(self._found, {shape.table: found})

    def _is_set_aside(self, shape: Shape, row: RowApart, owners: Collection[str]) -> bool:
        """Whether the row is judged by the log alone."""
        if shape.table in self._counters:
            return (
                dict(zip([column.name for column in shape.key], row.key, strict=True))["partition"] in self._partitions
            )
        return any(key in self._apart for key in owners)

    def _is_erasure(self, owners: Collection[str]) -> bool:
        """Whether the row hangs on text that is erased, and is right in all else."""
        folded = self._folded
        return any(folded.keys[key] for key in owners) and not any(key in folded.wrong for key in owners)

    async def _owners(self, page: Sequence[RowApart]) -> dict[RowApart, list[str]]:
        """The partition keys that the rows may belong to, each folded: those of the log that their keys name."""
        texts = {row: [str(value) for value in row.key if isinstance(value, str | UUID)] for row in page}
        known = await known_keys(self._sources.log, {text for each in texts.values() for text in each})
        await self.fold(sorted(known))
        return {row: [text for text in each if text in known] for row, each in texts.items()}


def _difference(row: RowApart, owners: Sequence[str]) -> Found:
    keys = dict.fromkeys(owners[:1])
    if row.is_old and row.is_new:
        return Found(different=1, keys=keys)
    return Found(missing=1, keys=keys) if row.is_old else Found(extra=1, keys=keys)
