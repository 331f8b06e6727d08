"""Folds one key's events into every aggregate and every read model, and holds no more than that key's rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.log.records import Recorded, StoredEvent
from engine.projection.contract import Memo, ReadModel, Renderer
from engine.projection.fold_tables import FoldBroken, FoldTables
from ops.rehearsing.decoding import Decoded
from ops.rehearsing.tally import Tally

_NO_SCHEMA = "rehearsal"


class KeyMemo(Memo):
    """What was rendered for the key at hand: two read models that show one text cost one rendering."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, str], str] = {}

    def get(self, renderer: Renderer, text: str) -> str:
        wanted = (renderer.name, renderer.version, text)
        if wanted not in self._known:
            self._known = {wanted: renderer.render(text)}
        return self._known[wanted]


class Folds:
    """Of all read models, made once a process."""

    def __init__(self, models: Iterable[ReadModel], aggregates: Mapping[str, type[Any]]) -> None:
        self.aggregates = aggregates
        self.models = {
            f"read model {model.name}": tuple(FoldTables(_NO_SCHEMA, fold) for fold in model.folds) for model in models
        }


class KeyFolds:
    """One key. After a refusal nothing more is folded in its place: what followed would say nothing."""

    def __init__(self, folds: Folds, tally: Tally) -> None:
        self._folds, self._tally, self._memo = folds, tally, KeyMemo()
        self._states: dict[str, Any] = {}
        self._rows: dict[str, dict[Any, Any]] = {}
        self._stopped: set[str] = set()

    def take(self, event: Decoded) -> None:
        stored, recorded = event.stored, event.recorded
        places = [f"aggregate {stored.stream}", *self._folds.models]
        if recorded is None:
            self._tally.refuse("decoding", stored, event.error)
            self._stopped.update(places)
            return
        self._tally.behind += not self._stopped.isdisjoint(places)
        for place in places:
            if place not in self._stopped:
                self._try(place, stored, recorded)

    def _try(self, place: str, stored: StoredEvent, recorded: Recorded) -> None:
        kind = stored.stream.partition("-")[0]
        try:
            if place in self._folds.models:
                self._project(place, recorded)
            else:
                aggregate = self._folds.aggregates[kind]
                self._states[place] = aggregate.evolve(self._states.get(place), recorded.event)
        except Exception as error:  # noqa: BLE001 - whatever it raises is what the rehearsal is for
            self._stopped.add(place)
            where = place if place in self._folds.models else f"aggregate {kind}"
            self._tally.refuse(where, stored, type(error).__name__)

    def _project(self, place: str, recorded: Recorded) -> None:
        for tables in self._folds.models[place]:
            if type(recorded.event) in tables.events:
                rows = self._rows.setdefault(tables.fold.table.name, {})
                for key in tables.fold.keys_of(recorded):
                    rows[key] = self._row(tables, key, rows.get(key), recorded)

    def _row(self, tables: FoldTables, key: Any, before: Any, recorded: Recorded) -> Any:
        fold = tables.fold
        row = fold.fold(before, recorded, self._memo)
        finish = getattr(fold, "finish", None)
        if row is not None and finish is not None:
            row = finish(row, self._memo)
        if row is not None:
            _require_storable(tables, key, row)
        return row


def _require_storable(tables: FoldTables, key: Any, row: Any) -> None:
    """All that would be made of the row on its way into the database."""
    if tables.rows.key_of(row) != key:
        raise FoldBroken(f"a fold of {tables.fold.table.name} wrote another row than its key names")
    list(tables.rows.writes([(None, row)], []))
    for counter in tables.counters:
        list(counter.adds({(*name, 0): amounts for name, amounts in counter.amounts(row).items()}))
    for derived in tables.derived:
        list(derived.writes([], list(derived.rows(row))))
