"""One connection that appends: opened when it is needed, its predecessor's backend ended first."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from engine.log.append_statement import APPEND_GROUP, arguments
from engine.log.records import Append
from kit.database import DATABASE_FAULTS, connect

_APPLICATION = "palimpsest append"
_FENCE_MS = 2000
_ABOUT = """
    SELECT partitions, pg_backend_pid() AS pid,
           (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()) AS started
      FROM log_state
"""
# A lost connection's backend may still be about to store its group, or hold the sequencer: it must be gone before
# the group is decided again. A process id alone could belong to somebody new.
_FENCE = """
    SELECT pg_terminate_backend(pid, $3) FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2
"""


@dataclass(frozen=True, slots=True)
class Backend:
    pid: int
    started: datetime


class NotFenced(Exception):  # noqa: N818 - named for the fact
    """The lost connection's backend is still there."""


class AppendSession:
    """Runs the append statement, prepared once."""

    def __init__(
        self, connection: "asyncpg.Connection[Any]", statement: Any, partitions: int, backend: Backend
    ) -> None:
        self._connection, self._statement, self._partitions = connection, statement, partitions
        self.backend = backend

    @classmethod
    async def open(cls, url: str, *, statement_timeout_s: float, lost: Backend | None) -> "AppendSession":
        """Connects, and ends the backend of the connection that was lost, if any."""
        connection = await connect(url, application_name=_APPLICATION, command_timeout_s=statement_timeout_s + 5)
        try:
            # transaction_timeout also ends a backend that waits, under the sequencer lock, for the rest of a message.
            limit_ms = int(statement_timeout_s * 1000)
            await connection.execute(
                f"SET statement_timeout = {limit_ms}; SET transaction_timeout = {limit_ms + 1000};"
                "SET default_transaction_isolation = 'read committed'"
            )
            if lost:
                await _end(connection, lost)
            (about,) = await connection.fetch(_ABOUT)
            statement = await connection.prepare(APPEND_GROUP)
        except BaseException:
            connection.terminate()
            raise
        return cls(connection, statement, about["partitions"], Backend(about["pid"], about["started"]))

    @property
    def is_closed(self) -> bool:
        return self._connection.is_closed()

    async def store(self, group: Sequence[Append]) -> dict[Any, Any]:
        """The log's answer by append id."""
        rows = await self._statement.fetch(*arguments(group, self._partitions))
        return {row["append_id"]: row for row in rows}

    def abort(self) -> None:
        """Drops the connection at once."""
        self._connection.terminate()

    async def close(self) -> None:
        try:
            async with asyncio.timeout(2):
                await self._connection.close()
        except DATABASE_FAULTS:
            self.abort()


async def _end(connection: "asyncpg.Connection[Any]", lost: Backend) -> None:
    if await connection.fetchval(_FENCE, lost.pid, lost.started, _FENCE_MS) is False:
        raise NotFenced
