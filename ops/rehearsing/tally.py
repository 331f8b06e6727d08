"""What a rehearsal found: how much was read, and what this code refuses."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from engine.log.records import StoredEvent

_SAMPLES = 3


class Refusal(NamedTuple):
    """One kind of refusal. Names the fault, never what an event holds."""

    where: str
    """`decoding`, `aggregate post`, `read model tags`."""
    type: str
    schema_version: int
    error: str


@dataclass(slots=True)
class Met:
    """How often a refusal was met."""

    count: int = 0
    first: list[tuple[int, UUID]] = field(default_factory=list)
    """Position and id of the first few events."""

    def add(self, count: int, first: list[tuple[int, UUID]]) -> None:
        self.count += count
        self.first = sorted([*self.first, *first])[:_SAMPLES]


@dataclass(slots=True)
class Tally:
    """Of one partition, or of all."""

    events: int = 0
    keys: int = 0
    behind: int = 0
    """Events that were not folded somewhere, because one before them was refused there."""
    refusals: dict[Refusal, Met] = field(default_factory=dict)

    def refuse(self, where: str, stored: StoredEvent, error: str) -> None:
        refusal = Refusal(where, stored.type, stored.schema_version, error)
        self.refusals.setdefault(refusal, Met()).add(1, [(stored.position, stored.id)])

    def merge(self, other: "Tally") -> None:
        self.events += other.events
        self.keys += other.keys
        self.behind += other.behind
        for refusal, met in other.refusals.items():
            self.refusals.setdefault(refusal, Met()).add(met.count, met.first)

    def rows(self) -> Iterator[dict[str, Any]]:
        """The commonest first."""
        for refusal, met in sorted(self.refusals.items(), key=lambda pair: (-pair[1].count, pair[0])):
            yield {**refusal._asdict(), "count": met.count, "first_events": [str(event) for _, event in met.first]}
