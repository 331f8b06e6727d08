"""Writes the file of keys anew: the keys of now, and those of accounts that a restore has made unknown to the log."""

from itertools import islice
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from ops.backing_up.broken import BackupRefused
from ops.backing_up.contents import SECRET_TABLES
from ops.backing_up.keys_file import KeysFile, KeysHeader, KeysWriter
from ops.backing_up.manifest import Moment

_FETCHED = 1000
_UNKNOWN = """
    SELECT o.place - 1 FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS o(account, scope, place)
     WHERE NOT EXISTS (SELECT FROM public.personal_keys k WHERE k.account = o.account AND k.scope = o.scope)
"""


def earlier_keys(path: Path, moment: Moment) -> KeysFile | None:
    """The file that is there; None before the first backup.

    Raises:
        BackupRefused: it is damaged, of another log, or of a later epoch.
    """
    if not path.exists():
        return None
    before = KeysFile(path)
    known = before.header.moment
    if known.log != moment.log:
        raise BackupRefused(f"{path} holds the keys of another log: give every log a folder of its own")
    if known.epoch > moment.epoch:
        raise BackupRefused(f"{path} is of epoch {known.epoch}, and the log is of {moment.epoch}: is it a copy?")
    return before


async def write_keys(
    connection: "asyncpg.Connection[Any]", path: Path, header: KeysHeader, before: KeysFile | None
) -> None:
    """In the snapshot of the backup. A key that was destroyed is not in the new file."""
    with KeysWriter(path, header) as writer:
        for table in SECRET_TABLES:
            where = "WHERE key IS NOT NULL" if table == "personal_keys" else ""
            query = f"SELECT to_jsonb(t)::text FROM public.{table} AS t {where}"  # noqa: S608 - our own names
            async for (row,) in connection.cursor(query, prefetch=_FETCHED):
                writer.add(table, row)
        if before is not None:
            await _keep_unknown(connection, before, writer)


async def _keep_unknown(connection: "asyncpg.Connection[Any]", before: KeysFile, writer: KeysWriter) -> None:
    """After a restore the log knows nothing of later accounts, whose keys the later backups still need."""
    rows = (row for table, row in before.rows() if table == "personal_keys")
    while page := list(islice(rows, _FETCHED)):
        asked = [row["account"] for row in page], [row["scope"] for row in page]
        for (place,) in await connection.fetch(_UNKNOWN, *asked):
            writer.add("personal_keys", orjson.dumps(page[place]).decode())
