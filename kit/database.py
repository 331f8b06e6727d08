"""Connections to PostgreSQL, with the session settings that every process wants."""

import asyncpg

_CONNECT_TIMEOUT_S = 5
_SESSION = {
    "jit": "off",  # compiling costs more than our short statements take
    "idle_in_transaction_session_timeout": "60s",  # a stuck process must not hold a snapshot on the log
    "tcp_keepalives_idle": "15",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "30s",
}


async def open_pool(
    url: str, *, size: int, application_name: str, command_timeout_s: float = 30
) -> "asyncpg.Pool[asyncpg.Record]":
    """A pool of up to `size` connections, opened as they are needed: a process starts while its database is down."""
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        timeout=_CONNECT_TIMEOUT_S,
        command_timeout=command_timeout_s,
        server_settings={**_SESSION, "application_name": application_name},
    )


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
