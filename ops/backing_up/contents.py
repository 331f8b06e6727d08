"""What of the log database a backup holds, and which part of it belongs among the keys."""

from collections.abc import Mapping
from typing import Any

import asyncpg

SECRET_TABLES = ("personal_keys", "secrets", "signing_keys", "sign_in_sessions", "api_tokens")
"""What opens personal data or signs somebody in: in the file of keys alone, where the newest is the truth."""
KEY_NAMES = "personal_key_names"
"""Which personal keys there were at the time: the backup's own part of `personal_keys`."""
KEY_NAMES_SQL = "SELECT account, scope, key IS NULL AS is_destroyed FROM public.personal_keys"
KEY_NAMES_COLUMNS = ("account", "scope", "is_destroyed")
_NOT_KEPT = ("alembic_version", "throttle")
"""The schema's own mark, and counters that expire within minutes."""
_COLUMNS = """
    SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
      FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND c.relname <> ALL ($1)
     GROUP BY c.relname ORDER BY c.relname
"""


async def kept_tables(connection: "asyncpg.Connection[Any]") -> Mapping[str, tuple[str, ...]]:
    """Every table that a backup holds itself, with its columns: one that a later migration adds is not forgotten."""
    rows = await connection.fetch(_COLUMNS, [*SECRET_TABLES, *_NOT_KEPT])
    return {row["table"]: tuple(row["columns"]) for row in rows}
