"""Folds whole partition keys afresh from the log, beside everything that projectors do."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from engine.audit.erased import with_other_texts
from engine.audit.fresh import FreshFold, FreshKey, Wanted
from engine.audit.log_pages import events_of
from engine.audit.rendering import memo_for
from engine.audit.sources import Sources
from engine.log.records import Recorded, StoredEvent
from engine.projection.contract import ReadModel
from engine.projection.faults import is_poison
from engine.projection.fold_tables import FoldTables
from engine.projection.generations import schema_of

CHUNK = 200
"""Keys that are folded at a time for one read model: what is held in memory."""
Takers = tuple[StoredEvent, list[FreshKey]]
"""An event, and the keys that it counts for: one in each read model."""


class Refolder:
    """Folds keys for one generation of a read model. Nothing is written."""

    def __init__(self, sources: Sources, model: ReadModel, generation: int) -> None:
        self._sources = sources
        schema = schema_of(model.name, generation)
        self.tables = tuple(FoldTables(schema, fold) for fold in model.folds)
        self.types = frozenset(kind.__name__ for fold in model.folds for kind in fold.events)

    async def fold(self, connection: "asyncpg.Connection[Any]", wanted: Iterable[Wanted]) -> list[FreshKey]:
        """Each key with the rows it should have. `connection`, to the read database, is for the memo alone."""
        [fresh] = await fold_together(self._sources, connection, [(self, wanted)])
        return fresh

    def begin(self, wanted: Iterable[Wanted]) -> list[FreshKey]:
        return [
            FreshKey(each.key, each.partition, each.bound, [FreshFold(tables) for tables in self.tables])
            for each in wanted
        ]

    async def finish(self, connection: "asyncpg.Connection[Any]", fresh: Iterable[FreshKey]) -> None:
        whole = [each for each in fresh if each.fault is None]
        memo = await memo_for(
            connection,
            self._sources.renderers,
            (row for each in whole for fold in each.folds for row in fold.unfinished()),
        )
        for each in whole:
            each.finish(memo)


async def fold_together(
    sources: Sources, connection: "asyncpg.Connection[Any]", asked: Sequence[tuple[Refolder, Iterable[Wanted]]]
) -> list[list[FreshKey]]:
    """What each refolder makes of its keys, in one reading of the log."""
    fresh = [refolder.begin(wanted) for refolder, wanted in asked]
    takers = defaultdict[tuple[str, str], list[FreshKey]](list)
    for (refolder, _), keys in zip(asked, fresh, strict=True):
        for key in keys:
            for kind in refolder.types:
                takers[kind, key.key].append(key)
    types, names = {kind for kind, _ in takers}, {name for _, name in takers}
    async for page in events_of(sources.log, names, types):
        counted = [
            (event, [key for key in takers.get((event.type, event.key), ()) if event.sequence <= key.bound])
            for event in page
        ]
        for (event, keys), recorded in await _decoded(sources, [pair for pair in counted if pair[1]]):
            other = with_other_texts(event, recorded)
            for key in keys:
                key.take(recorded, other)
    for (refolder, _), keys in zip(asked, fresh, strict=True):
        await refolder.finish(connection, keys)
    return fresh


async def _decoded(sources: Sources, counted: Sequence[Takers]) -> list[tuple[Takers, Recorded]]:
    """Those that can be decoded; the keys of the others are marked."""
    try:
        recorded = await sources.codec.decode_many([event for event, _ in counted], sources.keyring)
        return list(zip(counted, recorded, strict=True))
    except Exception as error:
        if not is_poison(error):
            raise
        if len(counted) == 1:
            for key in counted[0][1]:
                key.fault = type(error).__qualname__
            return []
    middle = len(counted) // 2
    return [*await _decoded(sources, counted[:middle]), *await _decoded(sources, counted[middle:])]
