"""The statements that make one table of a generation."""

from collections.abc import Iterable

from sqlalchemy import MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from engine.projection.columns import quoted, travels


def table_ddl(table: Table, schema: str) -> Iterable[str]:
    placed = table.to_metadata(MetaData(), schema=schema)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    yield str(CreateTable(placed).compile(dialect=dialect))
    for column in travels(table):
        if column.is_wide:  # compressing long texts costs more time than all else that is done for them
            yield f"ALTER TABLE {quoted(schema)}.{quoted(table.name)} ALTER COLUMN {column.name} SET STORAGE EXTERNAL"
    for index in sorted(placed.indexes, key=lambda each: str(each.name)):
        yield str(CreateIndex(index).compile(dialect=dialect))
