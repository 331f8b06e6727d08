"""What the log says a partition key's rows are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.log.records import Recorded
from engine.projection.contract import Memo, RowFold
from engine.projection.fold_tables import FoldBroken, FoldTables, Key
from engine.projection.memo import BatchMemo

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

    def take(self, recorded: Recorded, other: Recorded, is_erased: bool) -> None:  # noqa: FBT001 - see FreshKey
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
        for fold in self.folds:
            self._attempt(fold.take, recorded, other, self.is_erased)

    def finish(self, memo: Memo) -> None:
        for fold in self.folds:
            self._attempt(fold.finish, memo)

    def _attempt(self, step: Callable[..., None], *given: Any) -> None:
        """Whatever a fold raises is its key's fault, and no other's."""
        if self.fault is None:
            try:
                step(*given)
            except Exception as error:  # noqa: BLE001 - said above
                self.fault = type(error).__qualname__


@dataclass(frozen=True, slots=True)
class Wanted:
    """A partition key to fold, up to a sequence of its partition."""

    key: str
    partition: int
    bound: int
