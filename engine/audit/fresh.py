"""Folds whole partition keys afresh from the log, beside everything that projectors do."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from engine.audit.erased import with_other_texts
from engine.audit.log_pages import events_of
from engine.audit.rendering import memo_for
from engine.audit.sources import Sources
from engine.log.records import Recorded, StoredEvent
from engine.projection.contract import Memo, ReadModel, RowFold
from engine.projection.faults import is_poison
from engine.projection.fold_tables import FoldBroken, FoldTables, Key
from engine.projection.generations import schema_of
from engine.projection.memo import BatchMemo

CHUNK = 200
"""Keys that are folded at a time: what is held in memory."""
Rows = dict[Key, Any]
"""By key; None: no row. Every key is there that an event names."""


@dataclass(slots=True)
class FreshFold:
    """What one fold of a read model makes of a partition key."""

    tables: FoldTables
    rows: Rows = field(default_factory=dict)
    others: Rows = field(default_factory=dict)
    """The rows if erased texts had been others: what differs from `rows` hangs on them. Empty when none is erased."""

    streams: dict[Key, str] = field(default_factory=dict)
    """Where the text of each row came from last."""

    def take(self, recorded: Recorded, other: Recorded, *, is_erased: bool) -> None:
        if type(recorded.event) not in self.tables.events:
            return
        for key in self.tables.fold.keys_of(recorded):
            self._take(key, recorded, other, is_erased=is_erased)

    def _take(self, key: Key, recorded: Recorded, other: Recorded, *, is_erased: bool) -> None:
        fold, memo = self.tables.fold, BatchMemo()
        self.streams[key] = recorded.stream
        if is_erased:
            before = self.others[key] if key in self.others else self.rows.get(key)
            self.others[key] = fold.fold(before, other, memo)
        row = self.rows[key] = fold.fold(self.rows.get(key), recorded, memo)
        if row is not None and self.tables.rows.key_of(row) != key:
            raise FoldBroken(f"a fold of {fold.table.name} wrote another row than its key names")

    def unfinished(self) -> Iterator[tuple[RowFold[Any], str, Any]]:
        """(fold, stream, row) of all rows that may want to be finished."""
        if self.tables.fold.finish is not None:
            for rows in (self.rows, self.others):
                yield from ((self.tables.fold, self.streams[key], row) for key, row in rows.items() if row is not None)

    def finish(self, memo: Memo) -> None:
        finish = self.tables.fold.finish
        if finish is not None:
            for rows in (self.rows, self.others):
                rows.update({key: finish(row, memo) for key, row in rows.items() if row is not None})

    def pairs(self) -> Iterator[tuple[Key, Any, Any]]:
        """(key, row, row by other texts) each; the last two are the same where nothing was erased."""
        return ((key, row, self.others.get(key, row)) for key, row in self.rows.items())


@dataclass(slots=True)
class FreshKey:
    """A partition key as the log says it."""

    key: str
    partition: int
    bound: int
    """The last sequence that counts."""
    folds: Sequence[FreshFold]
    is_erased: bool = False
    """Text of it can no longer be read by anybody."""
    events: int = 0
    fault: str | None = None
    """The kind of error that folding it ended with. Such a key says nothing: its event may have been skipped live."""

    def take(self, recorded: Recorded, other: Recorded) -> None:
        self.is_erased = self.is_erased or other is not recorded
        self.events += 1
        for each in self.folds:
            self.attempt(lambda fold=each: fold.take(recorded, other, is_erased=self.is_erased))  # type: ignore[misc]

    def finish(self, memo: Memo) -> None:
        for each in self.folds:
            self.attempt(lambda fold=each: fold.finish(memo))  # type: ignore[misc]

    def attempt(self, step: Callable[[], object]) -> None:
        """Whatever a fold raises is its key's fault, and no other's."""
        if self.fault is None:
            try:
                step()
            except Exception as error:  # noqa: BLE001 - said above
                self.fault = type(error).__qualname__


@dataclass(frozen=True, slots=True)
class Wanted:
    """A partition key to fold, up to a sequence of its partition."""

    key: str
    partition: int
    bound: int


class Refolder:
    """Folds keys for one generation of a read model. Nothing is written."""

    def __init__(self, sources: Sources, model: ReadModel, generation: int) -> None:
        self._sources = sources
        schema = schema_of(model.name, generation)
        self.tables = tuple(FoldTables(schema, fold) for fold in model.folds)
        self._types = frozenset(kind.__name__ for fold in model.folds for kind in fold.events)

    async def fold(self, connection: "asyncpg.Connection[Any]", wanted: Iterable[Wanted]) -> list[FreshKey]:
        """Each key with the rows it should have. `connection`, to the read database, is for the memo alone."""
        fresh = {
            each.key: FreshKey(each.key, each.partition, each.bound, [FreshFold(tables) for tables in self.tables])
            for each in wanted
        }
        async for page in events_of(self._sources.log, fresh, self._types):
            counted = [event for event in page if event.sequence <= fresh[event.key].bound]
            if counted:
                await self._take(fresh, counted)
        whole = [each for each in fresh.values() if each.fault is None]
        memo = await memo_for(
            connection,
            self._sources.renderers,
            (row for each in whole for fold in each.folds for row in fold.unfinished()),
        )
        for each in whole:
            each.finish(memo)
        return list(fresh.values())

    async def _take(self, fresh: Mapping[str, FreshKey], page: Sequence[StoredEvent]) -> None:
        page, decoded = await self._decode(fresh, page)
        others = [with_other_texts(*pair) for pair in zip(page, decoded, strict=True)]
        for recorded, other in zip(decoded, others, strict=True):
            fresh[recorded.key].take(recorded, other)

    async def _decode(
        self, fresh: Mapping[str, FreshKey], page: Sequence[StoredEvent]
    ) -> tuple[Sequence[StoredEvent], list[Recorded]]:
        """The events that can be decoded; the keys of the others are marked."""
        try:
            return page, await self._sources.codec.decode_many(page, self._sources.keyring)
        except Exception as error:
            if not is_poison(error):
                raise
            if len(page) == 1:
                fresh[page[0].key].fault = type(error).__qualname__
                return [], []
        middle = len(page) // 2
        first, second = await self._decode(fresh, page[:middle]), await self._decode(fresh, page[middle:])
        return [*first[0], *second[0]], [*first[1], *second[1]]
