"""Which faults say that an event is poison, and which that a database is away."""

import asyncpg
import pytest

from engine.log.records import LogUnavailable
from engine.projection.faults import is_poison


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.AdminShutdownError("terminating connection"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("got result for unknown protocol state"),
        ConnectionRefusedError(),
        LogUnavailable("the log cannot be read"),
        MemoryError(),
        TimeoutError(),
    ],
)
def test_what_passes_is_waited_for(error: Exception) -> None:
    assert not is_poison(error)


@pytest.mark.parametrize(
    "error", [asyncpg.DataError("invalid input"), asyncpg.NotNullViolationError("null"), KeyError("title")]
)
def test_what_would_come_again_is_poison(error: Exception) -> None:
    assert is_poison(error)
