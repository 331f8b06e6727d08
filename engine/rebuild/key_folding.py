"""Folds keys one after another in memory: what is held is a key's rows, not its events."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from engine.log.records import Recorded
from engine.projection.contract import Memo, Renderer
from engine.projection.fold_tables import FoldBroken, FoldTables, Key
from engine.rebuild.build import Build

log = structlog.get_logger()


class NoMemo(Memo):
    """Folds leave to `finish` what follows from the last state alone."""

    def get(self, renderer: Renderer, text: str) -> str:
        return renderer.render(text)


@dataclass(slots=True)
class Row:
    """A row as a key's events left it. `stream` is whose text it holds."""

    value: Any
    stream: str


@dataclass(slots=True)
class FoldedKey:
    """A key's rows, by the number of the fold among those that are built."""

    key: str
    partition: int
    rows: list[tuple[int, Row]] = field(default_factory=list)
    broken: list[Build] = field(default_factory=list)
    """Those that one of the key's events could not be folded for: it is for the careful way."""


class _Fold:
    """One fold of one build, at work on one key."""

    def __init__(self, number: int, build: Build, tables: FoldTables) -> None:
        self.number, self.build, self.tables = number, build, tables
        self._key, self._keys = tables.fold.key, tables.fold.keys
        self._fold, self._key_of = tables.fold.fold, tables.rows.key_of
        self._memo = NoMemo()
        self.rows: dict[Key, Row] = {}

    def take(self, recorded: Recorded, *, has_text: bool) -> None:
        """Folds the event. With `has_text` the row's text may be of the event's stream from now on."""
        rows = self.rows
        for key in (self._key(recorded),) if self._keys is None else self._keys(recorded):
            held = rows.get(key)
            if held is None:
                rows[key] = Row(self._fold(None, recorded, self._memo), recorded.stream)
            else:
                held.value = self._fold(held.value, recorded, self._memo)
                if has_text:
                    held.stream = recorded.stream

    def leave(self) -> list[Row]:
        """The rows that there are, and starts anew."""
        rows, self.rows = self.rows, {}
        left = [row for row in rows.items() if row[1].value is not None]
        if any(self._key_of(row.value) != key for key, row in left):
            raise FoldBroken(f"a fold of {self.tables.fold.table.name} wrote another row than its key names")
        return [row for _, row in left]


class KeyFolder:
    """Takes events in the order of keys."""

    def __init__(self, builds: Sequence[Build]) -> None:
        self._folds = [
            _Fold(number, build, tables)
            for number, (build, tables) in enumerate(
                (build, tables) for build in builds for tables in build.projection.folds
            )
        ]
        kinds = {kind for each in self._folds for kind in each.tables.events}
        self._by_type = {
            kind: tuple((f, kind not in f.tables.narrow) for f in self._folds if kind in f.tables.events)
            for kind in kinds
        }
        self._broken: set[int] = set()

    def take(self, recorded: Recorded) -> None:
        for each, has_text in self._by_type.get(type(recorded.event), ()):
            try:
                each.take(recorded, has_text=has_text)
            except Exception:  # noqa: BLE001 - whatever a fold raises is its key's fault, and no other's
                self._broken.add(each.build.replay)

    def break_for(self, kind: str) -> None:
        """An event of the key cannot be decoded: nobody who wants its type has rows of the key."""
        self._broken |= {each.build.replay for each in self._folds if kind in each.build.projection.types}

    def build_of(self, number: int) -> Build:
        return self._folds[number].build

    def leave(self, key: str, partition: int) -> FoldedKey:
        """The key is over."""
        folded = FoldedKey(key, partition)
        for each in self._folds:
            if each.rows:
                self._leave(each, folded)
        if self._broken:
            folded.rows = [row for row in folded.rows if self._folds[row[0]].build.replay not in self._broken]
            folded.broken = self._broken_builds()
            self._broken = set()
        return folded

    def _leave(self, fold: _Fold, folded: FoldedKey) -> None:
        try:
            folded.rows += [(fold.number, row) for row in fold.leave()]
        except FoldBroken:
            self._broken.add(fold.build.replay)

    def _broken_builds(self) -> list[Build]:
        return list({f.build.replay: f.build for f in self._folds if f.build.replay in self._broken}.values())
