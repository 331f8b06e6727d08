"""Delivers a history to read models in memory: event by event, and again in one batch with every event twice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from string import hexdigits
from typing import Any
from uuid import UUID, uuid5

from domain.event import Event
from engine.log.records import Recorded
from engine.projection.contract import ReadModel, Renderer, RowFold

START = datetime(2026, 1, 1, tzinfo=UTC)
_IDS = UUID("8c7f1c1e-6d0c-4f0e-9a53-0d6e7c2f8a11")


class Rendering:
    """A memo that remembers nothing."""

    def get(self, renderer: Renderer, text: str) -> str:
        return renderer.render(text)


@dataclass
class Tables:
    """What a read model's tables would hold, by table name."""

    rows: dict[str, dict[Any, Any]] = field(default_factory=dict)
    derived: dict[str, set[Any]] = field(default_factory=dict)
    counters: dict[str, Counter[Any]] = field(default_factory=dict)
    applied: Counter[int] = field(default_factory=Counter)

    def apply(self, model: ReadModel, batch: Sequence[Recorded]) -> None:
        fresh = []
        for recorded in batch:
            if recorded.sequence == self.applied[recorded.partition] + 1:
                self.applied[recorded.partition] += 1
                fresh.append(recorded)
        for fold in model.folds:
            self._fold(fold, fresh)

    def _fold(self, fold: RowFold[Any], batch: Sequence[Recorded]) -> None:
        rows = self.rows.setdefault(fold.table.name, {})
        for recorded in batch:
            if type(recorded.event) in fold.events:
                for key in fold.keys_of(recorded):
                    self._fold_row(fold, rows, key, recorded)

    def _fold_row(self, fold: RowFold[Any], rows: dict[Any, Any], key: Any, recorded: Recorded) -> None:
        before = rows.pop(key, None)
        after = fold.fold(before, recorded, Rendering())
        if after is not None and fold.finish is not None:
            after = fold.finish(after, Rendering())
        if after is not None:
            assert tuple(getattr(after, column.name) for column in fold.table.primary_key) == key
            rows[key] = after
        self._derive(fold, before, after)
        self._count(fold, before, after, recorded.partition)

    def _derive(self, fold: RowFold[Any], before: Any, after: Any) -> None:
        for index in fold.index_rows:
            gone = set(index.rows(before)) if before is not None else set()
            new = set(index.rows(after)) if after is not None else set()
            derived = self.derived.setdefault(index.table.name, set())
            assert gone <= derived
            derived.difference_update(gone)
            derived.update(new)

    def _count(self, fold: RowFold[Any], before: Any, after: Any, partition: int) -> None:
        for contribution in fold.contributions:
            counters = self.counters.setdefault(contribution.table.name, Counter())
            for row, sign in ((before, -1), (after, 1)):
                for key, [amount] in contribution.amounts(row).items() if row is not None else ():
                    counters[*key, partition] += sign * amount
            assert min(counters.values(), default=0) >= 0
            self.counters[contribution.table.name] = +counters


def delivered(model: ReadModel, *events: Event) -> Tables:
    """The tables after a history; the same whichever way it arrives."""
    recorded = list(_recorded(events))
    one_by_one, at_once = Tables(), Tables()
    for each in recorded:
        one_by_one.apply(model, [each])
    at_once.apply(model, [twice for each in recorded for twice in (each, each)])
    one_by_one.apply(model, recorded)
    assert one_by_one == at_once
    return at_once


def _recorded(events: Iterable[Event]) -> Iterable[Recorded]:
    sequences: Counter[int] = Counter()
    versions: Counter[str] = Counter()
    for position, event in enumerate(events, 1):
        key = _key_of(event)
        partition = int(key[-1], 16) % 4 if key[-1] in hexdigits else 3
        sequences[partition] += 1
        versions[key] += 1
        at = START + timedelta(minutes=position)
        identity = uuid5(_IDS, str(position))
        yield Recorded(event, identity, position, partition, sequences[partition], key, key, versions[key], at, "{}")


def _key_of(event: Event) -> str:
    """The partition key: an id that the event names, or what stands for all of its kind (`site`)."""
    found = (getattr(event, name, None) for name in ("post", "account", "follower", "media"))
    return next((str(each) for each in found if each), type(event).__module__.split(".")[1])
