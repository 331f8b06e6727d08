"""Loads a backup's files into the tables that migrations have made."""

from pathlib import Path
from typing import Any

import asyncpg
import orjson

from ops.backing_up.broken import BackupRefused
from ops.backing_up.contents import KEY_NAMES, SECRET_TABLES
from ops.backing_up.keys_file import KeysFile
from ops.backing_up.manifest import Manifest
from ops.backing_up.table_file import copied_rows

_STAGING = f"""
    CREATE TEMP TABLE {KEY_NAMES} (account uuid, scope text, is_destroyed boolean) ON COMMIT DROP;
    CREATE TEMP TABLE kept_secrets (kind text, content jsonb) ON COMMIT DROP;
"""
_PERSONAL_KEYS = f"""
    INSERT INTO public.personal_keys (account, scope, key)
    SELECT n.account, n.scope, CASE WHEN NOT n.is_destroyed THEN (s.content ->> 'key')::bytea END
      FROM {KEY_NAMES} AS n
      LEFT JOIN kept_secrets AS s ON s.kind = 'personal_keys'
       AND (s.content ->> 'account')::uuid = n.account AND s.content ->> 'scope' = n.scope
"""  # noqa: S608 - our own names
_LOST_KEYS = f"""
    SELECT DISTINCT n.account FROM {KEY_NAMES} AS n JOIN public.personal_keys AS k USING (account, scope)
     WHERE k.key IS NULL AND NOT n.is_destroyed ORDER BY n.account
"""  # noqa: S608 - our own names
_KNOWN = {
    "secrets": "EXISTS (SELECT FROM public.events AS e WHERE e.stream = r.stream)",
    "sign_in_sessions": f"EXISTS (SELECT FROM {KEY_NAMES} AS n WHERE n.account = r.account)",
    "api_tokens": f"EXISTS (SELECT FROM {KEY_NAMES} AS n WHERE n.account = r.account)",
}
"""What the log of the backup does not know yet has nothing to sign in to."""
_IDENTITIES = """
    SELECT format('%I.%I', 'public', c.relname) AS table, quote_ident(a.attname) AS column,
           pg_get_serial_sequence(format('public.%I', c.relname), a.attname) AS sequence
      FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attidentity <> ''
"""


class Loading:
    """All of it in the transaction of the connection."""

    def __init__(self, connection: "asyncpg.Connection[Any]", folder: Path, manifest: Manifest) -> None:
        self._connection, self._folder, self._manifest = connection, folder, manifest

    async def load_tables(self) -> None:
        """In place of what migrations put there.

        Raises:
            BackupRefused: a file brought another number of rows than the manifest says.
        """
        await self._connection.execute(_STAGING)
        kept = [table for table in self._manifest.tables if table != KEY_NAMES]
        await self._connection.execute(f"TRUNCATE {', '.join(f'public.{table}' for table in kept)}")
        for table in self._manifest.tables:
            await self._load(table, None if table == KEY_NAMES else "public")
        for table, column, sequence in await self._connection.fetch(_IDENTITIES):
            following = f"(SELECT coalesce(max({column}), 0) + 1 FROM {table})"  # noqa: S608 - names of the catalogue
            await self._connection.execute(f"SELECT setval('{sequence}', {following}, false)")

    async def load_keys(self, keys: KeysFile) -> list[str]:
        """The accounts whose keys were destroyed since the backup: the file does not hold them any more."""
        rows = ((table, orjson.dumps(row).decode()) for table, row in keys.rows())
        await self._connection.copy_records_to_table("kept_secrets", records=rows)
        await self._connection.execute(f"ANALYZE {KEY_NAMES}, kept_secrets")
        await self._connection.execute(f"TRUNCATE {', '.join(f'public.{table}' for table in SECRET_TABLES)}")
        await self._connection.execute(_PERSONAL_KEYS)
        for table in SECRET_TABLES[1:]:
            await self._connection.execute(
                f"INSERT INTO public.{table} SELECT r.* FROM kept_secrets AS s,"  # noqa: S608 - our own names
                f" jsonb_populate_record(NULL::public.{table}, s.content) AS r"
                f" WHERE s.kind = '{table}' AND {_KNOWN.get(table, 'true')}"
            )
        return [str(account) for (account,) in await self._connection.fetch(_LOST_KEYS)]

    async def _load(self, table: str, schema: str | None) -> None:
        content = self._manifest.tables[table]
        done = await self._connection.copy_to_table(
            table, schema_name=schema, columns=content.columns, source=copied_rows(self._folder, table)
        )
        if done != f"COPY {content.rows}":
            raise BackupRefused(f"{table} has {done.removeprefix('COPY ')} rows, and the manifest says {content.rows}")
