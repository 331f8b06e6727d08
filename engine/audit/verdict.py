"""What a comparison found: where, how many and which columns. Never values: those may be personal."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

FIRST_KEYS = 20


@dataclass(slots=True)
class Found:
    """What differs in one table so far."""

    missing: int = 0
    """Rows that the log asks for and that are not there."""
    extra: int = 0
    different: int = 0
    columns: set[str] = field(default_factory=set)
    keys: dict[str, None] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return self.missing + self.extra + self.different

    def add(self, other: "Found") -> None:
        self.missing += other.missing
        self.extra += other.extra
        self.different += other.different
        self.columns |= other.columns
        for key in other.keys:
            if len(self.keys) < FIRST_KEYS:
                self.keys[key] = None


Tables = dict[str, Found]
"""By table; only those that differ."""


def merged(into: Tables, tables: Tables) -> None:
    for name, found in tables.items():
        into.setdefault(name, Found()).add(found)


@dataclass(frozen=True, slots=True)
class Difference:
    """One table that differs."""

    table: str
    missing: int
    extra: int
    different: int
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    """The first partition keys whose rows they are, as far as that can be told."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification came to."""

    differences: tuple[Difference, ...] = ()
    rows: int = 0
    """Compared between two generations."""
    keys: int = 0
    """Folded afresh."""
    erased: int = 0
    """Rows that differ in erased text alone, which no fold can bring back: no difference."""
    unfolded: int = 0
    """Keys that cannot be folded and are not parked: an operator skipped an event of theirs. They are left out."""
    not_compared: tuple[str, ...] = ()
    """Tables that only one of the two generations has, or that have other keys in each."""

    @property
    def is_same(self) -> bool:
        return not self.differences

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(each) for each in self.differences]


def differences(tables: Tables) -> tuple[Difference, ...]:
    return tuple(_difference(name, found) for name, found in sorted(tables.items()) if found.count)


def summary(found: Iterable[Difference]) -> str:
    """For people: one line for all tables."""
    return "; ".join(
        f"{each.table}: {each.missing} missing, {each.extra} extra, {each.different} different"
        + (f" ({', '.join(each.columns)})" if each.columns else "")
        for each in found
    )


def _difference(name: str, found: Found) -> Difference:
    columns, keys = tuple(sorted(found.columns)), tuple(found.keys)
    return Difference(name, found.missing, found.extra, found.different, columns, keys)
