"""Selects from the read database: one statement at a time, tried again where that can help, else 503."""

import asyncio
from collections.abc import Mapping
from typing import Any

import asyncpg

from kit.database import CONNECTION_LOST, REFUSES_SESSIONS, SESSION_CUT
from kit.http.problems import Problem

SESSION: Mapping[str, str] = {
    # Every statement here is written for its indexes, and prepared once a connection, perhaps while tables are empty:
    # its plan must be the one for large tables from the start, and not be made anew for each request.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "default_transaction_read_only": "on",
    "statement_timeout": "5s",
}
_DEADLINE_S = 6.0
_RETRY_AFTER_S = "1"
_SWAPPED = (
    asyncpg.InvalidCachedStatementError,  # a view was swapped under a prepared statement
    asyncpg.UndefinedTableError,  # ... or its old table dropped
)
_CUT = (
    *SESSION_CUT,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.AdminShutdownError,
    ConnectionResetError,
)
_UNREACHABLE = (
    *REFUSES_SESSIONS,
    *CONNECTION_LOST,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
)


class Database:
    """The read database as the doors use it.

    Raises, from every method:
        Problem: 503 when it cannot be reached, is overloaded, or has no read models yet.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    async def row(self, sql: str, *values: Any) -> "asyncpg.Record | None":
        found = await self.rows(sql, *values)
        return found[0] if found else None

    async def rows(self, sql: str, *values: Any) -> "list[asyncpg.Record]":
        try:
            async with asyncio.timeout(_DEADLINE_S):
                return await self._tried(sql, values)
        except asyncpg.UndefinedTableError:
            raise _unavailable("ReadModelMissing", "A read model has not been built yet.") from None
        except (asyncpg.QueryCanceledError, TimeoutError):
            raise _unavailable("Busy", "This took too long to read.") from None
        except _UNREACHABLE:
            raise _unavailable("ReadDatabaseUnavailable", "The read database does not answer.") from None
        except (asyncpg.InsufficientResourcesError, asyncpg.InvalidCachedStatementError):
            raise _unavailable("Busy", "The read database is overloaded.") from None

    async def _tried(self, sql: str, values: tuple[Any, ...]) -> "list[asyncpg.Record]":
        try:
            return await self._pool.fetch(sql, *values)
        except _SWAPPED:
            pass
        except _CUT:
            await self._pool.expire_connections()  # the others were probably cut with it
        return await self._pool.fetch(sql, *values)


def _unavailable(code: str, detail: str) -> Problem:
    return Problem(503, code, detail, headers={"Retry-After": _RETRY_AFTER_S})
