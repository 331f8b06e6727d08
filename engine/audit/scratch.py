"""Scratch tables: a read model's tables in a transaction that is never committed, beside what is served."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from secrets import token_hex
from typing import Any

import asyncpg

from engine.audit.fresh import FreshKey
from engine.audit.shapes import Shape
from engine.audit.stored_tables import StoredDerived
from engine.audit.verdict import Found
from engine.projection.columns import quoted
from engine.projection.contract import ReadModel
from engine.projection.fold_tables import FoldTables
from engine.projection.table_ddl import table_ddl
from kit.database import connect

_STATEMENT_S = 600


class Scratch:
    """Takes rows, and says how they differ from those that are served. `connection` sees one moment of these."""

    def __init__(self, connection: "asyncpg.Connection[Any]", model: ReadModel, schema: str) -> None:
        self.connection, self.schema = connection, schema
        self._tables = [FoldTables(schema, fold) for fold in model.folds]
        self._derived = [[StoredDerived(schema, each) for each in fold.index_rows] for fold in model.folds]

    async def add(self, fresh: Sequence[FreshKey]) -> None:
        for number, (tables, derived) in enumerate(zip(self._tables, self._derived, strict=True)):
            rows = [row for each in fresh for row in each.folds[number].rows.values() if row is not None]
            parts = list(tables.rows.writes([(None, row) for row in rows], []))
            for one, table in zip(derived, tables.derived, strict=True):
                parts += table.writes([], list(one.of(rows).values()))
            for part in parts:
                await self.connection.execute(part.sql, *part.sent)

    async def compare(self, serving: str, shape: Shape) -> Found:
        """Rows that would be new (`missing` in what is served), and those that would change."""
        using = ", ".join(quoted(column.name) for column in shape.key)
        others = [column.name for column in shape.columns if not column.is_key]
        apart = [f"o.{quoted(name)}::text IS DISTINCT FROM n.{quoted(name)}::text" for name in others]
        counted = "".join(f", count(*) FILTER (WHERE o.is_there AND {each})" for each in apart)
        row = await self.connection.fetchrow(
            f"SELECT count(*) FILTER (WHERE o.is_there IS NULL),"  # noqa: S608 - names of the catalogue
            f" count(*) FILTER (WHERE o.is_there AND ({' OR '.join(apart) or 'false'})){counted}"
            f" FROM {quoted(self.schema)}.{quoted(shape.table)} AS n LEFT JOIN"
            f" (SELECT *, true AS is_there FROM {quoted(serving)}.{quoted(shape.table)}) AS o USING ({using})"
        )
        new, changed, *columns = row or (0, 0)
        names = {name for name, count in zip(others, columns, strict=False) if count}
        return Found(missing=new, different=changed, columns=names)


@asynccontextmanager
async def scratch(read_url: str, model: ReadModel) -> AsyncIterator[Scratch]:
    """Empty tables that are gone afterwards, whatever happens: nobody else ever sees them."""
    connection = await connect(read_url, application_name="palimpsest dry run", command_timeout_s=_STATEMENT_S)
    transaction = connection.transaction(isolation="repeatable_read")
    try:
        await transaction.start()
        made = Scratch(connection, model, f"dry_run_{token_hex(6)}")
        await connection.execute(f"CREATE SCHEMA {quoted(made.schema)}")
        for table in _tables(model):
            for statement in table_ddl(table, made.schema):
                await connection.execute(statement)
        yield made
    finally:
        await connection.close(timeout=5)  # the transaction ends with it, undone


def _tables(model: ReadModel) -> list[Any]:
    return [table for fold in model.folds for table in (fold.table, *(each.table for each in fold.index_rows))]
