"""Delivers a history to read models in memory: event by event, and again in one batch with every event twice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from domain.event import Event
from engine.log.records import Recorded
from engine.projection.contract import ReadModel, Renderer
from engine.projection.fold_tables import FoldTables
from engine.projection.folding import changes, fold_rows, subscribed

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
    counters: dict[str, dict[Any, list[int]]] = field(default_factory=dict)
    applied: Counter[int] = field(default_factory=Counter)

    def apply(self, model: ReadModel, batch: Sequence[Recorded]) -> None:
        fresh = []
        for recorded in batch:
            if recorded.sequence == self.applied[recorded.partition] + 1:
                self.applied[recorded.partition] += 1
                fresh.append(recorded)
        for fold in model.folds:
            self._fold(FoldTables("memory", fold), fresh)

    def _fold(self, tables: FoldTables, batch: Sequence[Recorded]) -> None:
        rows = self.rows.setdefault(tables.fold.table.name, {})
        events = subscribed(tables, batch)
        after = fold_rows(tables.fold, events, rows, Rendering())
        found = changes(tables, events, rows, after)
        for row in found.rows:
            rows[tables.rows.key_of(row)] = row
        for key in found.gone:
            rows.pop(key, None)
        self._derive(tables, found)
        self._count(tables, found)

    def _derive(self, tables: FoldTables, found: Any) -> None:
        for index, gone, new in zip(tables.fold.index_rows, found.derived_gone, found.derived_new, strict=True):
            derived = self.derived.setdefault(index.table.name, set())
            assert set(gone) <= derived
            assert not set(new) & derived
            derived.difference_update(gone)
            derived.update(new)

    def _count(self, tables: FoldTables, found: Any) -> None:
        for contribution, deltas in zip(tables.fold.contributions, found.counters, strict=True):
            counters = self.counters.setdefault(contribution.table.name, {})
            for key, amounts in deltas.items():
                held = counters.get(key, [0] * len(amounts))
                counters[key] = [a + b for a, b in zip(held, amounts, strict=True)]
                assert min(counters[key]) >= 0
                if not any(counters[key]):
                    del counters[key]


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
        key = str(getattr(event, "post", None) or getattr(event, "account", None))
        partition = UUID(key).int % 4
        sequences[partition] += 1
        versions[key] += 1
        at = START + timedelta(minutes=position)
        identity = uuid5(_IDS, str(position))
        yield Recorded(event, identity, position, partition, sequences[partition], key, key, versions[key], at, "{}")
