"""Records what an operator does: who, when, what, why and how it ended."""

import asyncio
import json
import os
import pwd
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from engine.log.availability import reading_the_log
from kit.database import DATABASE_FAULTS, connect

_BEGUN = """
    INSERT INTO operator_actions (who, action, target, why, details) VALUES ($1, $2, $3, $4, $5) RETURNING id
"""
_ENDED = "UPDATE operator_actions SET finished_at = clock_timestamp(), details = $2, result = $3 WHERE id = $1"
_WHO_LENGTH = 200


@dataclass(slots=True)
class Action:
    """One action at work."""

    details: dict[str, Any] = field(default_factory=dict)
    """Arguments and counts, never what people wrote. Added to while the action goes on."""
    result: str = "done"
    """What is recorded when the action ends without an exception."""


@asynccontextmanager
async def recorded(
    log_url: str, action: str, target: str, *, why: str | None, details: Mapping[str, Any]
) -> AsyncIterator[Action]:
    """Records the action before it begins, and how it ended. What was killed stays without a result.

    Raises:
        LogUnavailable, asyncpg.PostgresError: it cannot be recorded, so it must not begin.
    """
    doing = Action(dict(details))
    with reading_the_log():
        number = await _ask(log_url, _BEGUN, operator(), action, target, why, _json(doing.details))
    try:
        yield doing
    except BaseException as problem:
        is_interrupted = isinstance(problem, asyncio.CancelledError | KeyboardInterrupt)
        await _end(log_url, number, doing, "interrupted" if is_interrupted else f"failed: {type(problem).__name__}")
        raise
    await _end(log_url, number, doing, doing.result)


async def _end(log_url: str, number: int, doing: Action, result: str) -> None:
    """On a connection of its own: the action may have outlived a restart of the database."""
    try:
        await _ask(log_url, _ENDED, number, _json(doing.details), result)
    except DATABASE_FAULTS as problem:
        # what was done stays done, and an exception of the action's own must not be hidden
        print(f"palimpsest: action {number} ended ({result}), unrecorded: {type(problem).__name__}", file=sys.stderr)


async def _ask(url: str, statement: str, *arguments: Any) -> Any:
    connection = await connect(url, application_name="palimpsest operator")
    try:
        return await connection.fetchval(statement, *arguments)
    finally:
        await connection.close()


def operator() -> str:
    """The account that runs this program, not what its environment claims."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = f"uid-{os.getuid()}"
    return f"{name}@{socket.gethostname()}"[:_WHO_LENGTH]


def _json(details: Mapping[str, Any]) -> str:
    return json.dumps(details, default=str)
