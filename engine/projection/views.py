"""The stable names that readers use: views of the schema `serving`, each showing a table of one generation."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from engine.projection.columns import quoted

_TABLES = """
    SELECT c.relname::text AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns,
           array_agg(format_type(a.atttypid, a.atttypmod) || ' ' || a.attcollation ORDER BY a.attnum) AS types
      FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = $1
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'v') AND ($2::oid[] IS NULL OR c.oid = ANY ($2))
     GROUP BY c.relname ORDER BY c.relname
"""
_VIEWS = """
    SELECT array_agg(DISTINCT v.oid)
      FROM pg_class AS v
      JOIN pg_rewrite AS r ON r.ev_class = v.oid
      JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
       AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
      JOIN pg_class AS t ON t.oid = d.refobjid
      JOIN pg_namespace AS n ON n.oid = t.relnamespace AND n.nspname ~ ('^' || $1 || '_g[0-9]+$')
     WHERE v.relkind = 'v' AND v.relnamespace = 'serving'::regnamespace
"""
_FIRST_WAIT, _NEXT_WAIT = "10ms", "4ms"
"""For the locks on views. Readers queue behind who waits for one, so they are waited for briefly and tried again."""

Shape = tuple[Sequence[str], Sequence[str]]
"""Names and types of columns."""


async def statements(connection: "asyncpg.Connection[Any]", model: str, generation: int) -> list[str]:
    """What makes the views show this generation, whatever they show now. The tables say what their columns are.

    A view is replaced where its columns stay the same, which readers hardly notice, and made anew where not.
    """
    schema = f"{model}_g{generation}"
    tables = await _shapes(connection, schema, None)
    shown = await _shapes(connection, "serving", await connection.fetchval(_VIEWS, model) or [])
    gone = [name for name in shown if tables.get(name) != shown[name]]
    return [
        *(f"DROP VIEW serving.{quoted(name)}" for name in gone),
        *(_view(schema, name, columns) for name, (columns, _) in tables.items()),
    ]


async def show(connection: "asyncpg.Connection[Any]", changes: Sequence[str]) -> None:
    """Changes the views at the end of a transaction, in one round trip.

    Raises:
        asyncpg.LockNotAvailableError: readers held one for too long.
    """
    waits = [_FIRST_WAIT, *([_NEXT_WAIT] * (len(changes) - 1))]
    steps = (f"SET LOCAL lock_timeout = '{wait}'; {change}" for wait, change in zip(waits, changes, strict=True))
    await connection.execute(";\n".join(steps))


async def _shapes(
    connection: "asyncpg.Connection[Any]", schema: str, only: Sequence[int] | None
) -> Mapping[str, Shape]:
    found = await connection.fetch(_TABLES, schema, only)
    return {row["name"]: (row["columns"], row["types"]) for row in found}


def _view(schema: str, name: str, columns: Sequence[str]) -> str:
    """The columns are named, so that a view never shows more than the table had when it was made."""
    names = ", ".join(map(quoted, columns))
    return f"CREATE OR REPLACE VIEW serving.{quoted(name)} AS SELECT {names} FROM {quoted(schema)}.{quoted(name)}"  # noqa: S608 - names of declared tables
