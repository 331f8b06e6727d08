"""How far this code can read: up to the first event that a newer deploy wrote."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from engine.log.records import StoredEvent


class Horizon:
    """Knows every event type of this code, and its newest schema version."""

    def __init__(self, event_types: Iterable[type[Any]]) -> None:
        self._versions: dict[str, int] = {kind.__name__: kind.schema_version for kind in event_types}

    def cut(self, events: Sequence[StoredEvent], wanted: AbstractSet[str]) -> tuple[Sequence[StoredEvent], str | None]:
        """The events before the first that cannot be understood, and why it cannot.

        An unknown type may concern anyone; a newer version of a known one concerns only those who want the type.
        """
        for number, event in enumerate(events):
            known = self._versions.get(event.type)
            if known is None:
                return events[:number], f"{event.type} is unknown to this code"
            if event.schema_version > known and event.type in wanted:
                return events[:number], f"{event.type} of schema version {event.schema_version} is newer than this code"
        return events, None
