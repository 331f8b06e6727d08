"""Takes a backup of a log at work: what can change in one snapshot, and the events up to that moment."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from ops.backing_up.broken import BackupRefused
from ops.backing_up.contents import KEY_NAMES, KEY_NAMES_COLUMNS, KEY_NAMES_SQL, kept_tables
from ops.backing_up.keys import earlier_keys, write_keys
from ops.backing_up.keys_file import KeysHeader
from ops.backing_up.manifest import FORMAT, Manifest, Moment, TableContent
from ops.backing_up.shelf import Shelf
from ops.backing_up.sums import write_sums
from ops.backing_up.table_file import TableWriter
from ops.checking_log.chain import Chain, PartitionHash
from ops.checking_log.order import page_by_position
from ops.progress import Progress

_PAGE = 20_000
_MOMENT = """
    SELECT s.epoch, to_char(s.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.USZ') AS log,
           (SELECT version_num FROM public.alembic_version) AS revision,
           coalesce((SELECT max(e.position) FROM public.events e), 0) AS position
      FROM public.log_state s
"""


class Taking:
    """One backup in the making. The connection is the owner's: it sees every table."""

    def __init__(self, connection: "asyncpg.Connection[Any]", shelf: Shelf, *, secret: str) -> None:
        self._connection, self._shelf, self._secret = connection, shelf, secret

    async def take(self) -> tuple[Path, Manifest]:
        """The finished folder, and what is in it."""
        folder = self._shelf.begin()
        async with self._connection.transaction(isolation="repeatable_read", readonly=True):
            moment = await self._moment()
            tables = await self._copy_beside(folder)
            # The keys first, so that they are never older than a backup that needs them.
            before = earlier_keys(self._shelf.keys, moment)
            header = KeysHeader(format=FORMAT, moment=moment, secret=self._secret)
            await write_keys(self._connection, self._shelf.keys, header, before)
        # Out of the snapshot, which would slow every writer: events never change.
        tables["events"] = await self._copy_events(folder, moment.position)
        hashes = await self._hashes(moment.position)
        await self._require_same_history(moment)
        manifest = Manifest(format=FORMAT, moment=moment, tables=tables, partitions=hashes)
        manifest.save(folder)
        write_sums(folder)
        return self._shelf.finish(folder), manifest

    async def _moment(self) -> Moment:
        found = await self._connection.fetchrow(_MOMENT)
        if found is None:
            raise BackupRefused("log_state has no row: the log was never migrated")
        return Moment(**found, taken_at=datetime.now(UTC).isoformat())

    async def _copy_beside(self, folder: Path) -> dict[str, TableContent]:
        kept = await kept_tables(self._connection)
        tables = {
            table: await self._copy(folder, table, columns, f"SELECT {_names(columns)} FROM public.{table}")  # noqa: S608 - names of the catalogue
            for table, columns in kept.items()
            if table != "events"
        }
        tables[KEY_NAMES] = await self._copy(folder, KEY_NAMES, KEY_NAMES_COLUMNS, KEY_NAMES_SQL)
        return tables

    async def _copy_events(self, folder: Path, last: int) -> TableContent:
        columns = (await kept_tables(self._connection))["events"]
        progress = Progress("events", last)
        with TableWriter(folder, "events") as writer:
            for first in range(1, last + 1, _PAGE):
                page = (first, min(first + _PAGE - 1, last))
                query = (
                    f"SELECT {_names(columns)} FROM public.events WHERE position BETWEEN $1 AND $2 ORDER BY position"  # noqa: S608 - names of the catalogue
                )
                done = await self._connection.copy_from_query(query, *page, output=writer.write)
                progress.add(_count(done))
        return TableContent(columns=columns, rows=last)

    async def _copy(self, folder: Path, table: str, columns: tuple[str, ...], query: str) -> TableContent:
        with TableWriter(folder, table) as writer:
            done = await self._connection.copy_from_query(query, output=writer.write)
        return TableContent(columns=columns, rows=_count(done))

    async def _hashes(self, last: int) -> tuple[PartitionHash, ...]:
        """Of the log, not of the file: what is restored is compared with where it came from."""
        chain, after, progress = Chain(), 0, Progress("events hashed", last)
        while rows := await page_by_position(self._connection, after, last):
            for row in rows:
                chain.add(row.partition, row.sequence, row.digest)
            after = rows[-1].position
            progress.add(len(rows))
        return tuple(chain.hashes())

    async def _require_same_history(self, moment: Moment) -> None:
        """A restore under way would have put another history in the place of the one that was begun with."""
        if await self._connection.fetchval("SELECT epoch FROM public.log_state") != moment.epoch:
            raise BackupRefused("the log was restored while it was backed up: begin again")


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _count(done: str) -> int:
    return int(done.removeprefix("COPY "))
