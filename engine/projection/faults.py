"""Tells a poisonous event from a database that is away: the first is parked, the second is waited for."""

import asyncpg

from engine.log.records import LogUnavailable
from kit.database import CONNECTION_LOST

_OF_THE_VALUES = ("21", "22", "23", "54")
"""SQLSTATE classes: cardinality, data exception, integrity constraint, program limit (a key too long for its index)."""


def is_poison(error: Exception) -> bool:
    """Whether the same events would fail again whatever the database's state."""
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(_OF_THE_VALUES)
    return not isinstance(error, (LogUnavailable, *CONNECTION_LOST, MemoryError))
