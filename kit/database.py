"""Connections to PostgreSQL, with the session settings that every process wants."""

from collections.abc import Mapping
from typing import Any

import asyncpg

REFUSES_SESSIONS = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ObjectNotInPrerequisiteStateError,
)
"""What a server says while a database is being put back, renamed or made again, or its roles get new passwords."""

SESSION_CUT = (asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What the driver raises on a connection that was cut: the second one when that was at the moment of a statement."""
CONNECTION_LOST = (OSError, *SESSION_CUT)
"""A connection that was cut or cannot be opened."""
DATABASE_FAULTS = (asyncpg.PostgresError, *CONNECTION_LOST)

_CONNECT_TIMEOUT_S = 5
_SESSION = {
    "jit": "off",  # compiling costs more than our short statements take
    "idle_in_transaction_session_timeout": "60s",  # a stuck process must not hold a snapshot on the log
    "tcp_keepalives_idle": "15",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "30s",
}


async def open_pool(  # noqa: PLR0913 - each is a setting of the pool
    url: str,
    *,
    size: int,
    application_name: str,
    command_timeout_s: float = 30,
    session: Mapping[str, str] | None = None,
    is_stateless: bool = False,
) -> "asyncpg.Pool[asyncpg.Record]":
    """A pool of up to `size` connections, opened as they are needed: a process starts while its database is down.

    Args:
        url: the database, with this process's own role.
        size: the most connections.
        application_name: what pg_stat_activity shows.
        command_timeout_s: how long one statement may take.
        session: further settings of each connection.
        is_stateless: statements leave nothing behind in the session, so that it is not reset after each use.
    """
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        timeout=_CONNECT_TIMEOUT_S,
        command_timeout=command_timeout_s,
        server_settings={**_SESSION, **(session or {}), "application_name": application_name},
        reset=_leave_as_it_is if is_stateless else None,
    )


async def _leave_as_it_is(_connection: Any) -> None:
    """Saves the round trip of a reset."""


async def connect(
    url: str, *, application_name: str, command_timeout_s: float = 30
) -> "asyncpg.Connection[asyncpg.Record]":
    """One connection of its own, for session state such as an advisory lock."""
    return await asyncpg.connect(
        url,
        timeout=_CONNECT_TIMEOUT_S,
        command_timeout=command_timeout_s,
        server_settings={**_SESSION, "application_name": application_name},
    )
