"""Long texts that a build reads last: most of them are superseded before anybody looks at them."""

from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from engine.projection.contract import RowFold

_LONG_BYTES = 2_000
"""Shorter events travel whole."""
_FACTS = (
    "id, append_id, position, partition, sequence, partition_key, stream, version, type, schema_version, metadata, "
    "recorded_at"
)


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

    def where(self) -> str:
        return f"type = '{self.type}' AND schema_version = {self.schema_version}"

    def head(self) -> str:
        """Quotes within texts are escaped, so nothing else looks like the beginning of an encrypted value."""
        return f'split_part(long, \'"{self.name}":{{\', 1) || \'"{self.name}":null,"{self.next}":\''

    def tail(self) -> str:
        """Empty where the field is not an encrypted value."""
        return f'split_part(long, \'"}},"{self.next}":\', 2)'


def late_fields(folds: Iterable[RowFold[Any]]) -> Mapping[str, LateField]:
    """By event type, the personal field that every one of these folds only hands on, if there is one."""
    handed_on: dict[type[Any], set[str]] = {}
    for fold in folds:
        for kind in fold.events:
            handed_on[kind] = handed_on.get(kind, set(fold.hands_on)) & set(fold.hands_on)
    found = (_late_field(kind, names) for kind, names in handed_on.items())
    return {each.type: each for each in found if each is not None}


def cut_sql(fields: Collection[LateField], events: str) -> str:
    """Of a query on events, the same with its `data` cut: what lacks its late field begins with a space.

    A long value is fetched from where PostgreSQL keeps it once: OFFSET 0 keeps the steps apart.
    """
    if not fields:
        return f"SELECT *, octet_length(data) AS size FROM ({events}) AS whole"  # noqa: S608 - made of declared names
    is_late = " OR ".join(each.where() for each in fields)
    head = " ".join(f"WHEN '{each.type}' THEN {each.head()}" for each in fields)
    tail = " ".join(f"WHEN '{each.type}' THEN {each.tail()}" for each in fields)
    return f"""
        SELECT {_FACTS}, size, CASE WHEN tail <> '' THEN ' ' || head || tail ELSE coalesce(long, whole) END AS data
          FROM (SELECT *, CASE type {head} END AS head, CASE type {tail} END AS tail
                  FROM (SELECT {_FACTS}, data AS whole, octet_length(data) AS size,
                               CASE WHEN octet_length(data) > {_LONG_BYTES} AND ({is_late}) THEN data || '' END AS long
                          FROM ({events}) AS wanted OFFSET 0) AS measured) AS parted
    """  # noqa: S608 - same


def is_cut(data: str) -> bool:
    return data.startswith(" ")


def _late_field(kind: type[Any], names: set[str]) -> LateField | None:
    """Stored events have their fields in the class's order."""
    order = list(kind.model_fields)
    for name, following in pairwise(order):
        if name in names and name in kind.personal_fields():
            return LateField(kind.__name__, kind.schema_version, name, following)
    return None
