"""What can be said to a replay that is at work: wait, go on, end."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import asyncpg

from engine.projection.contract import ReadModel
from engine.replays.requests import cancel, pause
from kit.database import connect
from ops.acting import recorded
from ops.databases import OperatorUrls

_Do = Callable[["asyncpg.Connection[Any]", str], Awaitable[bool]]


async def _pause(connection: "asyncpg.Connection[Any]", model: str) -> bool:
    return await pause(connection, model, is_paused=True)


async def _resume(connection: "asyncpg.Connection[Any]", model: str) -> bool:
    return await pause(connection, model, is_paused=False)


_VERBS: Mapping[str, _Do] = {"pause": _pause, "resume": _resume, "cancel": cancel}


async def control(urls: OperatorUrls, verb: str, model: ReadModel, why: str | None) -> bool:
    """Whether there was a replay to say it to."""
    async with recorded(urls.log, f"replay {verb}", model.name, why=why, details={}) as action:
        connection = await connect(urls.read, application_name="palimpsest replay")
        try:
            is_done = await _VERBS[verb](connection, model.name)
        finally:
            await connection.close()
        action.result = "done" if is_done else "nothing to do"
    return is_done
