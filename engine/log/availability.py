"""Tells an unreachable log database from every other fault."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from engine.log.records import LogUnavailable
from kit.database import CONNECTION_LOST

_UNREACHABLE_CLASSES = ("08", "28", "3D", "53", "55000", "57P")
"""SQLSTATE beginnings: connection exception, no right to sign in, no such database, insufficient resources, a database
that takes no sessions now, operator intervention (shutdown, crash)."""


def is_unreachable(error: BaseException) -> bool:
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(_UNREACHABLE_CLASSES)
    return isinstance(error, CONNECTION_LOST)


@contextmanager
def reading_the_log() -> Iterator[None]:
    """Turns a lost or refused connection into `LogUnavailable`; other faults pass."""
    try:
        yield
    except Exception as error:
        if is_unreachable(error):
            raise LogUnavailable(f"the log cannot be read: {type(error).__name__}") from error
        raise
