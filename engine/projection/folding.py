"""Folds a batch in memory: from rows and events to what must be written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.log.records import Recorded
from engine.projection.contract import Memo, RowFold
from engine.projection.fold_tables import CounterTable, DerivedTable, FoldBroken, FoldTables, Key
from engine.projection.memo import Wish
from engine.projection.parts import Part


@dataclass(slots=True)
class Changes:
    """What one fold's batch comes to."""

    rows: list[tuple[Any, Any]] = field(default_factory=list)
    """(before, after) each."""
    gone: list[Key] = field(default_factory=list)
    counters: list[dict[Key, list[int]]] = field(default_factory=list)
    derived_gone: list[list[Key]] = field(default_factory=list)
    """Keys."""
    derived_new: list[list[Key]] = field(default_factory=list)
    """Rows."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A row that the batch touched. All its events are of one partition: a row belongs to one partition key."""

    partition: int
    before: Any
    after: Any


class FoldedBatch:
    """One fold's share of a batch, from what it must read to what it must write."""

    def __init__(self, tables: FoldTables, events: Sequence[tuple[Key, Recorded]]) -> None:
        self.tables, self.events = tables, events
        self._reads = tables.rows.reads(*_keys_to_read(tables, events))
        self._before: dict[Key, Any] = {}
        self._changes = Changes()
        self._after: dict[Key, Any] = {}

    def reads(self) -> list[Part]:
        return [each.part for each in self._reads]

    def take(self, found: Mapping[str, Iterable[Any]]) -> None:
        """Takes what each of `reads` found, by its text."""
        for each in self._reads:
            self._before.update((self.tables.rows.key_of(row), row) for row in map(each.make, found[each.part.sql]))

    def streams(self) -> set[str]:
        """Those whose texts may have to be rendered."""
        return set(self._streams_of_texts().values())

    def fold(self, memo: Memo) -> list[Wish]:
        """The rows after the events, and what finishing them needs."""
        self._after = _fold_rows(self.tables.fold, self.events, self._before, memo)
        streams, wishes = self._streams_of_texts(), self.tables.fold.wishes
        return [
            Wish(stream, renderer, text)
            for key, stream in streams.items()
            if (row := self._after[key]) is not None
            for renderer, text in wishes(row)
        ]

    def finish(self, memo: Memo) -> None:
        """Completes the rows, and compares them with those that there were."""
        finish = self.tables.fold.finish
        if finish is not None:
            self._after = {key: finish(row, memo) if row is not None else None for key, row in self._after.items()}
        self._changes = _changes(self.tables, self.events, self._before, self._after)

    def forgotten(self) -> set[str]:
        """The streams whose rows are gone, and with them their texts."""
        gone = set(self._changes.gone)
        if not gone or self.tables.fold.finish is None:
            return set()
        return {event.stream for key, event in self.events if key in gone}

    def _streams_of_texts(self) -> dict[Key, str]:
        """By row, the stream that its text came from last. What is declared narrow brings none."""
        if self.tables.fold.finish is None:
            return {}
        narrow = self.tables.narrow
        return {key: recorded.stream for key, recorded in self.events if type(recorded.event) not in narrow}

    def writes(self) -> Iterator[Part]:
        """In the order of the tables' statements."""
        tables, found = self.tables, self._changes
        yield from tables.rows.writes(found.rows, found.gone)
        for counter, deltas in zip(tables.counters, found.counters, strict=True):
            yield from counter.adds(deltas)
            yield from counter.removals(deltas)
        for derived, gone, new in zip(tables.derived, found.derived_gone, found.derived_new, strict=True):
            yield from derived.writes(gone, new)


def subscribed(tables: FoldTables, recorded: Iterable[Recorded]) -> list[tuple[Key, Recorded]]:
    """The events that the fold wants, each with a row that it concerns."""
    key, keys = tables.fold.key, tables.fold.keys
    wanted = (each for each in recorded if type(each.event) in tables.events)
    if keys is None:
        return [(key(each), each) for each in wanted]
    return [(concerned, each) for each in wanted for concerned in keys(each)]


def _keys_to_read(tables: FoldTables, events: Iterable[tuple[Key, Recorded]]) -> tuple[list[Key], list[Key]]:
    """The keys whose rows are needed whole, and those whose wide columns are only handed on."""
    whole: dict[Key, bool] = {}
    for key, recorded in events:
        whole[key] = whole.get(key, False) or type(recorded.event) not in tables.narrow
    return [key for key in whole if whole[key]], [key for key in whole if not whole[key]]


def _fold_rows(
    fold: RowFold[Any], events: Sequence[tuple[Key, Recorded]], rows: Mapping[Key, Any], memo: Memo
) -> dict[Key, Any]:
    """The rows after the events, None where there is none; `rows` are those before."""
    after: dict[Key, Any] = {}
    for key, recorded in events:
        before = after[key] if key in after else rows.get(key)
        after[key] = fold.fold(before, recorded, memo)
    return after


def _changes(
    tables: FoldTables, events: Sequence[tuple[Key, Recorded]], before: Mapping[Key, Any], after: Mapping[Key, Any]
) -> Changes:
    """Compares the rows before and after; a row that came out the same is not written."""
    partitions = {key: recorded.partition for key, recorded in events}
    touched = {
        key: Touched(partitions[key], old, row)
        for key, row in after.items()
        if (old := before.get(key)) is not row and old != row
    }
    _require_own_keys(tables, touched)
    found = Changes(
        rows=[(each.before, each.after) for each in touched.values() if each.after is not None],
        gone=[key for key, each in touched.items() if each.after is None],
        counters=[_deltas(counter, touched.values()) for counter in tables.counters],
    )
    for derived in tables.derived:
        gone, new = _difference(derived, touched.values())
        found.derived_gone.append(gone)
        found.derived_new.append(new)
    return found


def _require_own_keys(tables: FoldTables, touched: Mapping[Key, Touched]) -> None:
    for key, each in touched.items():
        if each.after is not None and tables.rows.key_of(each.after) != key:
            raise FoldBroken(f"a fold of {tables.fold.table.name} wrote another row than its key names")


def _deltas(counter: CounterTable, touched: Iterable[Touched]) -> dict[Key, list[int]]:
    """After minus before, summed by counter and partition."""
    sums: dict[Key, list[int]] = {}
    for each in touched:
        for row, sign in ((each.before, -1), (each.after, 1)):
            for key, amounts in counter.amounts(row).items() if row is not None else ():
                place = (*key, each.partition)
                held = sums.get(place)
                added = [sign * amount for amount in amounts]
                sums[place] = added if held is None else [a + b for a, b in zip(held, added, strict=True)]
    return {place: amounts for place, amounts in sums.items() if any(amounts)}


def _difference(derived: DerivedTable, touched: Iterable[Touched]) -> tuple[list[Key], list[Key]]:
    """The keys of derived rows that are no more, and the rows that are new or changed."""
    gone: list[Key] = []
    new: list[Key] = []
    for each in touched:
        before = dict.fromkeys(derived.rows(each.before)) if each.before is not None else {}
        after = dict.fromkeys(derived.rows(each.after)) if each.after is not None else {}
        lost = [row for row in before if row not in after]
        added = [row for row in after if row not in before]
        replaced = set(map(derived.key_of, added)) if lost else set()
        gone += [key for key in map(derived.key_of, lost) if key not in replaced]
        new += added
    return gone, new
