"""Looks once a second whether there are other generations to follow, and tells others that this code follows."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import structlog

from engine.projection.faults import is_poison
from engine.projection.roster import CodeVersions
from engine.projection.store import Store

log = structlog.get_logger()

_EVERY_S = 1.0
# Shared by all who follow this version of the model, and gone with their sessions.
_PRESENT = "SELECT pg_advisory_lock_shared(hashtext($1), $2)"
_IS_FOLLOWED = """
    SELECT EXISTS (SELECT FROM pg_locks
                    WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted AND objsubid = 2
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                      AND classid = (hashtext($1)::bigint & 4294967295)::oid AND objid = $2::oid)
"""


class RollCall:
    """Runs beside a follower.

    Args:
        store: a connection of its own.
        roster: what the follower's consumer reads its generations from.
        on_change: called when that must be read again.
    """

    def __init__(self, store: Store, roster: CodeVersions, on_change: Callable[[], None]) -> None:
        self._store, self._roster, self._on_change = store, roster, on_change
        self._present: asyncpg.Connection[Any] | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._look()
            except Exception as error:
                if is_poison(error):
                    raise
                log.warning("generations cannot be looked at", error=type(error).__qualname__)
            await asyncio.sleep(_EVERY_S)

    async def _look(self) -> None:
        connection = await self._store.connection()
        if connection is not self._present:
            for model in self._roster.models:
                await connection.execute(_PRESENT, _place(model.name), model.version)
            self._present = connection
        if await self._roster.has_changed(connection):
            self._on_change()


async def is_followed(connection: "asyncpg.Connection[Any]", model: str, version: int) -> bool:
    """Whether a process runs that follows the generations of this version."""
    return bool(await connection.fetchval(_IS_FOLLOWED, _place(model), version))


def _place(model: str) -> str:
    return f"projection.following.{model}"
