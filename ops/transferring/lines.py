"""The form in which a log travels: a line of JSON for the head, one an event, and one that seals them."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import orjson

FORMAT = 1


class Damaged(Exception):  # noqa: N818 - named for the fact
    """What is read is not what was written: cut off, altered, or something else altogether."""


class EventLine(NamedTuple):
    """All that the log stores of an event, as it is stored: personal fields stay encrypted."""

    position: int
    sequence: int
    recorded_at: datetime
    id: UUID
    append_id: UUID
    version: int
    partition: int
    schema_version: int
    ends_append: bool
    partition_key: str
    stream: str
    type: str
    data: str
    metadata: str


COLUMNS = EventLine._fields


class Head(NamedTuple):
    """The first line. `first` and `last` are positions; an empty log has last 0."""

    epoch: int
    partitions: int
    first: int
    last: int


class Seal:
    """The hash over all lines before the last, on both ways."""

    def __init__(self) -> None:
        self._hash = sha256()

    def add(self, line: bytes) -> bytes:
        self._hash.update(line)
        return line

    @property
    def hash(self) -> str:
        return self._hash.hexdigest()


def line_of(fields: Mapping[str, Any]) -> bytes:
    return orjson.dumps(fields, default=str, option=orjson.OPT_APPEND_NEWLINE)  # asyncpg has a UUID of its own


def event_of(line: bytes) -> EventLine:
    """Raises Damaged when it is no event."""
    try:
        fields = orjson.loads(line)
        fields["recorded_at"] = datetime.fromisoformat(fields["recorded_at"])
        fields["id"], fields["append_id"] = UUID(fields["id"]), UUID(fields["append_id"])
        return EventLine(**fields)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise Damaged("a line is not an event") from problem


def fields_of(line: bytes, kind: str) -> dict[str, Any]:
    """A head or a seal: an object whose `kind` is the format's number.

    Raises:
        Damaged: it is something else.
    """
    try:
        fields = orjson.loads(line)
        if fields.pop(kind) == FORMAT:
            return dict(fields)
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise Damaged(f"there is no {kind} where it should be: cut off, or of another program")
