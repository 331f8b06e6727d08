"""Long texts that a build reads last: most of them are superseded before anybody looks at them."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from engine.projection.contract import RowFold

_LONG_BYTES = 2_000
"""Shorter events travel whole."""


class LookedInto(TypeError):  # noqa: N818 - named for the fact
    """A fold looked into a field that its read model declares to be handed on."""


class LateText:
    """Stands in an event and in a row for a text that was left in the log."""

    __slots__ = ("field", "position", "size_bytes")

    def __init__(self, position: int, field: str, size_bytes: int) -> None:
        self.position, self.field = position, field
        """Which event has the text, and where in it."""
        self.size_bytes = size_bytes

    def _refuse(self, *_: object) -> Any:
        raise LookedInto("a fold looked into a field that its read model declares to be handed on")

    __bool__ = __str__ = __eq__ = __len__ = __iter__ = __getitem__ = _refuse
    __hash__ = None  # type: ignore[assignment] # is no key of anything


class LateField(NamedTuple):
    """An event's field that is cut out of its data; the next field's name tells where it ends."""

    type: str
    schema_version: int
    name: str
    next: str

    def condition(self) -> str:
        return (
            f"type = '{self.type}' AND schema_version = {self.schema_version} AND octet_length(data) > {_LONG_BYTES}"
            f" AND strpos(data, '{self._start}') > 0 AND strpos(data, '{self._end}') > 0"
        )

    def without(self) -> str:
        rest = f"split_part(data, '{self._end}', 2)"
        return f"' ' || split_part(data, '{self._start}', 1) || '\"{self.name}\":null,\"{self.next}\":' || {rest}"

    @property
    def _start(self) -> str:
        """Of an encrypted value. Quotes within texts are escaped, so nothing else looks like it."""
        return f'"{self.name}":{{'

    @property
    def _end(self) -> str:
        return f'"}},"{self.next}":'


def late_fields(folds: Iterable[RowFold[Any]]) -> Mapping[str, LateField]:
    """By event type, the personal field that every one of these folds only hands on, if there is one."""
    handed_on: dict[type[Any], set[str]] = {}
    for fold in folds:
        for kind in fold.events:
            handed_on[kind] = handed_on.get(kind, set(fold.hands_on)) & set(fold.hands_on)
    found = (_late_field(kind, names) for kind, names in handed_on.items())
    return {each.type: each for each in found if each is not None}


def data_sql(fields: Iterable[LateField]) -> str:
    """The expression for an event's data without its late field. What was cut begins with a space."""
    cases = " ".join(f"WHEN {each.condition()} THEN {each.without()}" for each in fields)
    return f"CASE {cases} ELSE data END" if cases else "data"


def is_cut(data: str) -> bool:
    return data.startswith(" ")


def _late_field(kind: type[Any], names: set[str]) -> LateField | None:
    """Stored events have their fields in the class's order."""
    order = list(kind.model_fields)
    for name, following in pairwise(order):
        if name in names and name in kind.personal_fields():
            return LateField(kind.__name__, kind.schema_version, name, following)
    return None
