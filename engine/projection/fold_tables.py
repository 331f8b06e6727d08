"""The tables of one fold in one generation: the rows themselves, their counters, their derived rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Table

from engine.projection.columns import Travel, travels
from engine.projection.contract import KEPT, Contribution, IndexRows, RowFold
from engine.projection.parts import Part, Statement
from engine.projection.rows import field_names
from engine.projection.statements import TableStatements, arrays, records

Key = tuple[Any, ...]
_FEW_ROWS = 30
"""As many rows with texts of any length can be one value."""


class DeclarationWrong(TypeError):  # noqa: N818 - named for the fact
    """A read model's declaration does not fit together."""


class FoldBroken(Exception):  # noqa: N818 - named for the fact
    """A fold did not keep to what its read model declares."""


class Read(NamedTuple):
    """A query, and what makes a row of a record that it finds."""

    part: Part
    make: Callable[[Any], Any]


class RowTable:
    """The rows of a fold: loaded by key, written many at once."""

    def __init__(self, schema: str, fold: RowFold[Any]) -> None:
        _require_same_names(fold)
        self._columns = travels(fold.table, fold.row)
        statements = TableStatements(schema, fold.table, self._columns)
        self._select, self._upsert, self._delete = statements.select(), statements.upsert(), statements.delete()
        self._update_narrow = statements.update_narrow()
        self._key_columns = statements.key
        names = field_names(fold.row)
        self._values = _getter(names)
        wide = [n for n, c in zip(names, self._columns, strict=True) if c not in statements.narrow]
        self._wide_values = _getter(wide) if wide else None
        self._gaps = [number for number, column in enumerate(self._columns) if column not in statements.narrow]
        self._may_be_narrow = bool(wide) and len(statements.narrow) > len(statements.key)
        self.key_of = _getter([names[position] for position in statements.key_positions])
        self._make, self._make_narrow = _maker(fold.row, self._columns), _narrow_maker(fold.row, self._columns, wide)
        self._name, self._select_narrow = statements.name, statements.select_narrow()

    def reads(self, whole: Sequence[Key], narrow: Sequence[Key]) -> list[Read]:
        """How the rows of these keys are read; the narrow ones hold KEPT in place of their wide columns."""
        reads: list[Read] = []
        if not self._gaps:
            whole, narrow = [*whole, *narrow], ()
        if whole:
            is_large = self._wide_values is not None and len(whole) > _FEW_ROWS
            reads.append(Read(Part(self._select, arrays(self._key_columns, whole), is_large), self._make))
        if narrow:
            reads.append(Read(Part(self._select_narrow, arrays(self._key_columns, narrow)), self._make_narrow))
        return reads

    def writes(self, rows: Sequence[tuple[Any, Any]], gone: Sequence[Key]) -> Iterator[Part]:
        """How rows are written, each given as (before, after), and those of the keys in `gone` deleted."""
        whole: list[Any] = []
        narrow: list[Any] = []
        for before, after in rows:
            (narrow if self._is_narrow(before, after) else whole).append(after)
        if gone:
            yield Part(self._delete, arrays(self._key_columns, gone))
        if whole:
            yield Part(self._upsert, [records(self._columns, map(self._values, whole))])
        if narrow:
            yield Part(self._update_narrow, [records(self._columns, map(self._narrow_values, narrow))])

    def reading(self) -> Iterator[Statement]:
        """All that `reads` may give."""
        yield Statement(self._select, self._name)
        if self._gaps:
            yield Statement(self._select_narrow, self._name)

    def writing(self) -> Iterator[str]:
        """All that `writes` may give, in its order."""
        yield self._delete
        yield self._upsert
        if self._may_be_narrow:
            yield self._update_narrow

    def _narrow_values(self, row: Any) -> Key:
        values = list(self._values(row))
        for gap in self._gaps:
            values[gap] = None
        return tuple(values)

    def _is_narrow(self, before: Any, after: Any) -> bool:
        """Whether the wide columns can be left as they lie.

        Raises:
            FoldBroken: they were not read, and some are to be written.
        """
        wide = self._wide_values
        if wide is None or before is None:
            return False
        is_same = bool(wide(before) == wide(after))
        if not is_same and any(value is KEPT for value in wide(before)):
            raise FoldBroken("a fold wrote a wide column on an event that is declared narrow")
        return is_same


@dataclass(frozen=True, slots=True)
class CounterTable:
    """Counters that rows contribute to, one row a counter and partition."""

    amounts: Callable[[Any], Mapping[Key, tuple[int, ...]]]
    columns: tuple[Travel, ...]
    key: tuple[Travel, ...]
    add_sql: str
    delete_zeros_sql: str

    def adds(self, deltas: Mapping[Key, Sequence[int]]) -> Iterator[Part]:
        if deltas:
            added = [(*key, *amounts) for key, amounts in deltas.items()]
            yield Part(self.add_sql, [added])

    def removals(self, deltas: Mapping[Key, Sequence[int]]) -> Iterator[Part]:
        """Afterwards a counter that came down to nothing is removed, as if it had never been."""
        shrunk = [key for key, amounts in deltas.items() if min(amounts) < 0]
        if shrunk:
            yield Part(self.delete_zeros_sql, arrays(self.key, shrunk))


@dataclass(frozen=True, slots=True)
class DerivedTable:
    """Rows wholly derived from one row of the fold."""

    rows: Callable[[Any], Any]
    columns: tuple[Travel, ...]
    key: tuple[Travel, ...]
    key_positions: tuple[int, ...]
    upsert_sql: str
    delete_sql: str

    def key_of(self, row: Key) -> Key:
        return tuple(row[position] for position in self.key_positions)

    def writes(self, gone: Sequence[Key], new: Sequence[Key]) -> Iterator[Part]:
        """`gone` holds keys, `new` rows of other keys."""
        if gone:
            yield Part(self.delete_sql, arrays(self.key, gone))
        if new:
            yield Part(self.upsert_sql, [records(self.columns, new)])


class FoldTables:
    """A fold with its tables in one generation's schema."""

    def __init__(self, schema: str, fold: RowFold[Any]) -> None:
        self.fold = fold
        self.events, self.narrow = frozenset(fold.events), frozenset(fold.narrow)
        self.rows = RowTable(schema, fold)
        self.counters = tuple(_counter(schema, each) for each in fold.contributions)
        self.derived = tuple(_derived(schema, each) for each in fold.index_rows)

    def writing(self) -> Iterator[Statement]:
        """All that a batch may write to these tables with, in the order in which it does."""
        yield from map(Statement, self.rows.writing())
        for counter in self.counters:
            yield from map(Statement, (counter.add_sql, counter.delete_zeros_sql))
        for derived in self.derived:
            yield from map(Statement, (derived.delete_sql, derived.upsert_sql))


def tables_of(fold: RowFold[Any]) -> list[Table]:
    return [fold.table, *(each.table for each in fold.contributions), *(each.table for each in fold.index_rows)]


def _counter(schema: str, contribution: Contribution[Any]) -> CounterTable:
    columns = travels(contribution.table)
    statements = TableStatements(schema, contribution.table, columns)
    if statements.key_positions != tuple(range(len(statements.key))) or statements.key[-1].name != "partition":
        raise DeclarationWrong(f"{contribution.table.name}: first the key columns, then partition, then the amounts")
    return CounterTable(contribution.amounts, columns, statements.key, statements.add(), statements.delete_zeros())


def _derived(schema: str, index_rows: IndexRows[Any]) -> DerivedTable:
    columns = travels(index_rows.table)
    statements = TableStatements(schema, index_rows.table, columns)
    return DerivedTable(
        index_rows.rows, columns, statements.key, statements.key_positions, statements.put(), statements.delete()
    )


def _require_same_names(fold: RowFold[Any]) -> None:
    declared, written = [column.name for column in fold.table.columns], list(field_names(fold.row))
    if declared != written:
        raise DeclarationWrong(f"{fold.table.name} has the columns {declared}, {fold.row.__name__} has {written}")


def _getter(names: Sequence[str]) -> Callable[[Any], Key]:
    """Like attrgetter, but a tuple for a single name too."""
    if len(names) > 1:
        return attrgetter(*names)
    one = attrgetter(names[0])
    return lambda row: (one(row),)


def _narrow_maker(row: type[Any], columns: Sequence[Travel], wide: Sequence[str]) -> Callable[[Any], Any]:
    """Makes rows from records that have nothing in their wide columns."""
    gaps = [number for number, column in enumerate(columns) if column.name in wide]
    make = _maker(row, [replace(c, decode=None) if c.name in wide else c for c in columns])

    def make_narrow(record: Any) -> Any:
        values = list(record)
        for gap in gaps:
            values[gap] = KEPT
        return make(values)

    return make_narrow


def _maker(row: type[Any], columns: Sequence[Travel]) -> Callable[[Any], Any]:
    decoders = [(number, column.decode) for number, column in enumerate(columns) if column.decode is not None]

    def make(record: Any) -> Any:
        values = list(record)
        for number, decode in decoders:
            if values[number] is not None:
                values[number] = decode(values[number])
        return row(*values)

    return make
