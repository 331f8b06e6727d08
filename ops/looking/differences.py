"""What each event changed in the folded state of its stream."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

from engine.log.records import Recorded, StoredEvent
from ops.looking.texts import ERASED, personal_texts, shortened

Changes = dict[str, dict[str, Any]]
"""From a field to its `before` and `after`."""
_VERSION = "version"
"""Every event changes it, and tells its own."""


class Unfolding:
    """Folds a stream and says what each event changed. Texts, of which states keep digests, come from the events.

    Args:
        aggregate: the state's class.
        is_whole: show personal texts whole, not shortened.
    """

    def __init__(self, aggregate: type[Any], *, is_whole: bool) -> None:
        self._aggregate, self._is_whole = aggregate, is_whole
        self._state: Any = None
        self._shown: dict[str, Any] = {}
        self._texts: dict[str, str] = {}
        self._written: set[str] = set()

    def after(self, stored: StoredEvent, recorded: Recorded) -> Changes:
        """Folds the next event."""
        texts = personal_texts(stored, recorded.event)
        self._written |= {text for text in texts.values() if text != ERASED}
        old_state, old = self._state, self._shown
        self._state = self._aggregate.evolve(self._state, recorded.event)
        self._note(old_state, texts)
        new = dict(self._values())
        new |= {name: ERASED for name, text in texts.items() if text == ERASED and new.get(name) is None}
        self._shown = new
        erased = {name for name, text in texts.items() if text == ERASED}
        names = [*new, *(name for name in old if name not in new)]
        changed = [name for name in names if old.get(name) != new.get(name) or name in erased]
        return {name: {"before": old.get(name), "after": new.get(name)} for name in changed}

    def _note(self, old: Any, texts: dict[str, str]) -> None:
        """Which text stands behind each digest now."""
        for field in fields(self._state):
            is_new = old is None or getattr(old, field.name) != getattr(self._state, field.name)
            if field.name in texts:
                self._texts[field.name] = texts[field.name]
            elif is_new:
                self._texts.pop(field.name, None)

    def _values(self) -> Iterator[tuple[str, Any]]:
        """Field by field; what a field maps to, one by one, so that one alone of many is shown."""
        for field in fields(self._state):
            value = getattr(self._state, field.name)
            if field.name == _VERSION:
                continue
            if isinstance(value, dict):
                yield from ((f"{field.name} {key}", self._plain(each)) for key, each in value.items())
            else:
                yield field.name, self._value(field.name)

    def _value(self, name: str) -> Any:
        value = getattr(self._state, name)
        if isinstance(value, bytes):
            text = self._texts.get(name)
            return None if text is None else self._personal(text)
        return self._plain(value)

    def _plain(self, value: Any) -> Any:
        match value:
            case str():
                return self._personal(value) if value in self._written else value
            case frozenset():
                return sorted(map(self._plain, value))
            case tuple():
                return [self._plain(each) for each in value]
            case datetime():
                return value.isoformat()
            case bool() | int() | None:
                return value
            case _:
                return str(value)

    def _personal(self, text: str) -> str:
        return text if self._is_whole or text == ERASED else shortened(text)
