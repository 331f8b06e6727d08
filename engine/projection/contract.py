"""What a read model declares: its tables, its folds, its version. The engine does everything else."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Table

from engine.log.records import Recorded

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Renderer:
    """A pure, dear computation on a text (Markdown to HTML), memoised by (name, version, hash of the text).

    It works on the text itself, or on what the renderer `of` makes of it, which is then made once for both.
    """

    name: str
    version: int
    work: Callable[[str], str]
    of: "Renderer | None" = None

    def render(self, text: str) -> str:
        return self.work(self.of.render(text) if self.of else text)


class Memo(Protocol):
    """Gives a renderer's result: from the memo when known, else computed."""

    def get(self, renderer: Renderer, text: str) -> str: ...


class Kept:
    """Stands in a row for a wide column that was not read, and that stays as it is."""

    def __repr__(self) -> str:
        return "KEPT"


KEPT: Any = Kept()


class Pending:
    """Stands in a row for what `finish` makes of the row's last state."""

    def __repr__(self) -> str:
        return "PENDING"


PENDING: Any = Pending()


def _no_wishes(_row: Any) -> Iterable[tuple[Renderer, str]]:
    return ()


@dataclass(frozen=True, slots=True)
class Contribution(Generic[R]):
    """A counter fed by rows: the engine adds after minus before to a row kept per partition; readers sum.

    `table` has a primary key of the counter's key columns and `partition`, then integer amount columns.
    """

    table: Table
    amounts: Callable[[R], Mapping[tuple[Any, ...], tuple[int, ...]]]
    """From a row to {counter key: amounts}, in the table's column order, without the partition."""


@dataclass(frozen=True, slots=True)
class IndexRows(Generic[R]):
    """Rows wholly derived from one row, for looking it up: the engine deletes before - after, inserts after - before.

    `table` has every column in its primary key or not, but a derived row is never updated: it is the same or another.
    """

    table: Table
    rows: Callable[[R], Iterable[tuple[Any, ...]]]
    """From a row to the derived rows, each a tuple in the table's column order."""


@dataclass(frozen=True, slots=True)
class RowFold(Generic[R]):
    """One table of a read model and how its rows follow from events.

    `row` is a NamedTuple (or a frozen dataclass) whose fields are the table's columns in order. A row belongs to one
    partition key: `fold` writes only the row named by `key`, and never reads another.
    """

    table: Table
    row: type[R]
    events: tuple[type[Any], ...]
    key: Callable[[Recorded], tuple[Any, ...]]
    fold: Callable[[R | None, Recorded, Memo], R | None]
    """The row after the event; None: no row."""
    contributions: tuple[Contribution[R], ...] = ()
    index_rows: tuple[IndexRows[R], ...] = ()
    narrow: tuple[type[Any], ...] = ()
    """Those of `events` on which `fold` does no more than hand the wide columns (`Text` without a collation) on.

    A row that meets nothing else in a batch is read without them: they hold `KEPT`, which its counters and derived
    rows must not look at either.
    """
    finish: Callable[[R, Memo], R] | None = None
    """Completes a row just before it is written: what is dear to make and follows from the last state alone, for
    which `fold` leaves `PENDING`. A row without any it gives back as it is.
    """
    wishes: Callable[[R], Iterable[tuple[Renderer, str]]] = _no_wishes
    """What `finish` will ask the memo for, so that a batch can be looked up and computed at once."""
    hands_on: tuple[str, ...] = ()
    """Fields of its events that `fold` never looks into: at most it puts them into the row as they are.

    A build from the log leaves long texts in such fields unread until it knows which ones are left in the end.
    """
    keys: Callable[[Recorded], Iterable[tuple[Any, ...]]] | None = None
    """Where an event may concern several rows of its partition key: all that it may concern, in place of `key`. It
    follows from the event alone, as a row need not be there.
    """

    def keys_of(self, recorded: Recorded) -> Iterable[tuple[Any, ...]]:
        """The rows that an event concerns."""
        return (self.key(recorded),) if self.keys is None else self.keys(recorded)


@dataclass(frozen=True, slots=True)
class ReadModel:
    """A question the platform answers. Bump `version` when a fold or a table changes: it is rebuilt, never migrated."""

    name: str
    version: int
    folds: tuple[RowFold[Any], ...]
