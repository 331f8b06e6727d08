"""Puts a backup in the place of a log, in one transaction: a restore that dies has not happened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from migrations.runner import revisions, upgrade
from ops.backing_up.broken import BackupRefused
from ops.backing_up.keys_file import KeysFile
from ops.backing_up.manifest import Manifest
from ops.backing_up.shelf import Shelf
from ops.backing_up.sums import require_sums
from ops.checking_log.verification import Verification
from ops.progress import Progress
from ops.restoring.loading import Loading
from ops.restoring.target import Target

_END_ACTIONS = """
    UPDATE public.operator_actions SET finished_at = clock_timestamp(), result = 'interrupted' WHERE result IS NULL
"""
"""Among those that were at work is the backup itself."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup and the keys that open it, both whole."""

    folder: Path
    manifest: Manifest
    keys: KeysFile

    @classmethod
    def read(cls, folder: Path, keys: Path) -> "Backup":
        """Reads all of it before anything is touched.

        Raises:
            BackupRefused: something is damaged, newer than this code, or does not belong together.
        """
        try:
            require_sums(folder)
            backup = cls(folder, Manifest.load(folder), KeysFile(keys))
        except OSError as problem:
            raise BackupRefused(str(problem)) from problem
        backup._require_fit()
        return backup

    def _require_fit(self) -> None:
        ours, theirs = self.manifest.moment, self.keys.header.moment
        if theirs.log != ours.log:
            raise BackupRefused(f"{self.keys.path} holds the keys of another log than {self.folder}")
        if (theirs.epoch, theirs.position) < (ours.epoch, ours.position):
            raise BackupRefused(f"{self.keys.path} is older than {self.folder}: give the newest file of keys")
        for moment in (ours, theirs):
            if moment.revision not in revisions("log"):
                raise BackupRefused(f"it was made by newer code (schema {moment.revision}): restore with that code")


@dataclass(frozen=True, slots=True)
class PutBack:
    """What a restore came to."""

    epoch: int
    position: int
    erased: list[str]
    """Accounts whose keys were destroyed since the backup, though its log does not know that they were closed."""


class PuttingBack:
    def __init__(self, backup: Backup, shelf: Shelf, *, is_replacing: bool) -> None:
        self._backup, self._shelf, self._is_replacing = backup, shelf, is_replacing

    async def put_back(self, url: str) -> PutBack:
        """`url`: of palimpsest_owner, or of a role that may become it.

        Raises:
            BackupRefused: nothing was changed.
        """
        async with _transaction(url) as (connection, driver):
            target = Target(driver)
            await target.take()
            if await target.holds_events() and not self._is_replacing:
                raise BackupRefused("the log holds events already: --replace puts the backup in their place")
            await target.clear()
            erased = await self._load(connection, driver)
            await self._require_whole(driver)
            await driver.execute(_END_ACTIONS)
            epoch = await self._begin_epoch(driver, above=target.epoch)
        await _analyze(url)
        return PutBack(epoch, self._backup.manifest.moment.position, erased)

    async def _load(self, connection: AsyncConnection, driver: "asyncpg.Connection[Any]") -> list[str]:
        manifest, keys = self._backup.manifest, self._backup.keys
        loading = Loading(driver, self._backup.folder, manifest)
        await connection.run_sync(upgrade, "log", manifest.moment.revision)
        await loading.load_tables()
        # The keys may be of a later schema than the backup.
        await connection.run_sync(upgrade, "log", max(manifest.moment.revision, keys.header.moment.revision))
        erased = await loading.load_keys(keys)
        await connection.run_sync(upgrade, "log")
        return erased

    async def _require_whole(self, driver: "asyncpg.Connection[Any]") -> None:
        """What the tables hold now is the history that was backed up, and nobody is further than it."""
        once = {each.partition: each for each in self._backup.manifest.partitions}
        progress = Progress("events verified", self._backup.manifest.moment.position)
        report = await Verification(driver, once, progress.add).of_all()
        if not report.is_whole:
            raise BackupRefused(f"what was restored is not whole, and is undone: {report.problems[0]}")

    async def _begin_epoch(self, driver: "asyncpg.Connection[Any]", *, above: int) -> int:
        """Higher than any epoch that the read side or Kafka may have seen: the same backup may be restored twice."""
        highest = max(above, self._shelf.last_epoch(), self._backup.keys.header.moment.epoch)
        epoch = int(await driver.fetchval("SELECT public.new_epoch()"))
        while epoch <= highest:
            epoch = int(await driver.fetchval("SELECT public.new_epoch()"))
        self._shelf.give_out(epoch)
        return epoch


@asynccontextmanager
async def _transaction(url: str) -> AsyncIterator[tuple[AsyncConnection, "asyncpg.Connection[Any]"]]:
    """One connection as migrations and as COPY need it. Nothing is cached of tables that are about to change."""
    options = {
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "server_settings": {"application_name": "palimpsest restore"},
    }
    at = url.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(at, poolclass=NullPool, connect_args=options)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT 1"))  # begins the transaction that the driver's connection shares
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None  # noqa: S101 - a live connection has one
            yield connection, driver
    finally:
        await engine.dispose()


async def _analyze(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
