"""The log that a backup is put in the place of: nobody else may see it meanwhile."""

from collections.abc import Iterable
from typing import Any

import asyncpg

from migrations.roles import OWNER, READERS_AND_WRITERS
from ops.backing_up.broken import BackupRefused

_TABLES = """
    SELECT format('%I.%I', n.nspname, c.relname)
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relowner = current_user::regrole
"""
_FUNCTIONS = """
    SELECT oid::regprocedure::text FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace AND proowner = current_user::regrole
"""
_AT_WORK = """
    SELECT DISTINCT usename FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = ANY ($1) ORDER BY usename
"""
_PATIENCE = "SET LOCAL lock_timeout = '5s'"


class Target:
    """A log database, inside the one transaction that replaces it: until its end nothing has happened."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection
        self._tables: list[str] = []
        self.epoch = 0
        """Of the log that is there; 0 when there is none."""

    async def take(self) -> None:
        """Keeps everybody out until the transaction ends.

        Raises:
            BackupRefused: processes are at work on it.
        """
        await self._connection.execute(f"SET LOCAL ROLE {OWNER}; {_PATIENCE}; SET LOCAL statement_timeout = 0")
        self._tables = [name for (name,) in await self._connection.fetch(_TABLES)]
        try:
            if self._tables:
                await self._connection.execute(f"LOCK TABLE {', '.join(self._tables)} IN ACCESS EXCLUSIVE MODE")
        except asyncpg.LockNotAvailableError:
            raise BackupRefused("somebody is at work on the log: stop every process that uses it") from None
        at_work = [name for (name,) in await self._connection.fetch(_AT_WORK, list(READERS_AND_WRITERS["log"]))]
        if at_work:
            raise BackupRefused(f"the log is in use by {', '.join(at_work)}: stop those processes first")
        if "public.log_state" in self._tables:
            self.epoch = int(await self._connection.fetchval("SELECT epoch FROM public.log_state") or 0)

    async def holds_events(self) -> bool:
        if "public.events" not in self._tables:
            return False
        return bool(await self._connection.fetchval("SELECT EXISTS (SELECT FROM public.events)"))

    async def clear(self) -> None:
        """Drops what migrations made, and nothing else that an administrator keeps there."""
        functions = [name for (name,) in await self._connection.fetch(_FUNCTIONS)]
        await self._drop("TABLE", self._tables)
        await self._drop("FUNCTION", functions)

    async def _drop(self, what: str, names: Iterable[str]) -> None:
        if listed := ", ".join(names):
            await self._connection.execute(f"DROP {what} {listed} CASCADE")
