"""Which faults say that the log is away, and which that something is wrong."""

import asyncpg
import pytest

from command_api.failures import problem_of
from engine.log.availability import is_unreachable


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.CannotConnectNowError("the database system is starting up"),
        asyncpg.InvalidPasswordError("password authentication failed"),
        asyncpg.InvalidCatalogNameError("database does not exist"),
        asyncpg.ObjectNotInPrerequisiteStateError("database is not currently accepting connections"),
        asyncpg.TooManyConnectionsError("too many clients"),
        asyncpg.InternalClientError("got result for unknown protocol state"),
        ConnectionResetError(),
    ],
)
def test_a_log_that_takes_no_sessions_is_away(error: Exception) -> None:
    assert is_unreachable(error)


@pytest.mark.parametrize(
    "error",
    [asyncpg.LockNotAvailableError("lock"), asyncpg.UniqueViolationError("twice"), asyncpg.DataError("no value")],
)
def test_an_answer_of_the_log_is_no_absence(error: Exception) -> None:
    assert not is_unreachable(error)


def test_a_statement_that_took_too_long_may_be_tried_again() -> None:
    problem = problem_of(asyncpg.QueryCanceledError("canceling statement due to statement timeout"))
    assert problem is not None
    assert (problem.status_code, problem.code, problem.headers) == (503, "Busy", {"Retry-After": "2"})
