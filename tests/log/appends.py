"""Small appends for tests of the log."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from engine.log.records import Append, NewEvent
from kit.ids import new_id


def event(data: str = "{}", kind: str = "Happened") -> NewEvent:
    return NewEvent(new_id(), kind, 1, data, "{}")


def append(stream: str | None = None, expected: int = 0, *, events: int = 1, **more: Any) -> Append:
    """An append to its own new stream, unless told otherwise; `more` are fields of Append, `replaced` its events."""
    name = stream or f"thing-{new_id()}"
    written = more.pop("replaced", tuple(event() for _ in range(events)))
    made = Append(new_id(), name, expected, more.pop("partition_key", name), written)
    return replace(made, **more)


def account() -> UUID:
    return new_id()
