"""The right to drive replays: an advisory lock of the read database that one replayer holds."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg

from engine.replays.presence import TAKE_THE_LEAD
from kit.database import connect

# A stopped process keeps its sockets open: without this its lock would be held until somebody kills it.
_SESSION = "SET idle_session_timeout = '10s'"
_STANDBY_POLL_S = 0.5
_ANSWER_TIMEOUT_S = 10


@contextlib.asynccontextmanager
async def held_lease(
    url: str, *, name: str, stop: asyncio.Event, on_standby: Callable[[], None]
) -> AsyncIterator["asyncpg.Connection[Any] | None"]:
    """Stands by until no other replayer holds the lock; gives the session that does, or None when `stop` came first.

    Its holder must use the session at least every few seconds.
    """
    connection = await connect(url, application_name=name, command_timeout_s=_ANSWER_TIMEOUT_S)
    try:
        await connection.execute(_SESSION)
        while not (is_held := await connection.fetchval(TAKE_THE_LEAD)) and not stop.is_set():
            on_standby()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_STANDBY_POLL_S):
                    await stop.wait()
        yield connection if is_held else None
    finally:
        connection.terminate()
