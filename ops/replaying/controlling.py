"""What can be said to a replay that is at work: wait, go on, end."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import asyncpg

from engine.projection.contract import ReadModel
from engine.replays.replay import ENDED, State, last_of
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
_OVER = {"cancel": frozenset({State.DONE, State.CANCELLED})}
"""What has failed or was refused can still be cancelled: it keeps what it built until then."""


async def under_way(urls: OperatorUrls, verb: str, models: Sequence[ReadModel]) -> list[ReadModel]:
    """Those of the models that have a replay to say it to."""
    connection = await connect(urls.read, application_name="palimpsest replay")
    try:
        last = [(model, await last_of(connection, model.name)) for model in models]
    finally:
        await connection.close()
    return [model for model, replay in last if replay is not None and replay.state not in _OVER.get(verb, ENDED)]


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
