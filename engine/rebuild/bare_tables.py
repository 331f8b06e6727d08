"""The statements that make a generation's tables bare, for rows in bulk, and give them their keys afterwards."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Column, Dialect, Index, MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from engine.projection.columns import quoted, travels
from engine.projection.contract import ReadModel


class TableKey(NamedTuple):
    """A primary key or an index that a table still wants."""

    table: Table
    name: str | None
    """Of the index; None: the primary key."""
    statement: str


def counter_tables(model: ReadModel) -> list[Table]:
    """Counters are added to while a generation is built, by their key."""
    return [each.table for fold in model.folds for each in fold.contributions]


def bare_tables(model: ReadModel) -> list[Table]:
    """Tables that take nothing but new rows while a generation is built."""
    folds = model.folds
    return [table for fold in folds for table in (fold.table, *(each.table for each in fold.index_rows))]


def bare_ddl(table: Table, schema: str) -> Iterator[str]:
    """The table without its primary key and its indexes."""
    columns = [Column(each.name, each.type, nullable=each.nullable) for each in table.columns]
    bare = Table(table.name, MetaData(), *columns, schema=schema)
    yield str(CreateTable(bare).compile(dialect=_dialect()))
    for column in travels(table):
        if column.is_wide:  # as in a table that is followed from its beginning
            yield f"ALTER TABLE {_name(table, schema)} ALTER COLUMN {column.name} SET STORAGE EXTERNAL"


def keys(table: Table, schema: str) -> Iterator[TableKey]:
    names = ", ".join(quoted(column.name) for column in table.primary_key.columns)
    yield TableKey(table, None, f"ALTER TABLE {_name(table, schema)} ADD PRIMARY KEY ({names})")
    placed = table.to_metadata(MetaData(), schema=schema)
    for index in sorted(placed.indexes, key=lambda each: str(each.name)):
        yield TableKey(table, str(index.name), _index_ddl(index))


def _index_ddl(index: Index) -> str:
    return str(CreateIndex(index).compile(dialect=_dialect()))


def _name(table: Table, schema: str) -> str:
    return f"{quoted(schema)}.{quoted(table.name)}"


def _dialect() -> Dialect:
    made: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return made
