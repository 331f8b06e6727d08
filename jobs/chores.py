"""What jobs may clear away in the databases: rows and tables whose time is over. All of it may be done twice."""

from typing import Any

import asyncpg

from engine.log.answers import purge_idempotency

_BATCH = 5000
_EXPIRED = ("SELECT purge_sign_in($1)", "SELECT purge_secrets($1)")
_DROP = "SELECT projection.drop_an_old_generation()"
_DROP_TIMEOUT_S = 600


class Chores:
    """In short transactions; several at once share the work.

    Args:
        log: of the event log, beside which the rows lie.
        read: of the read models.
    """

    def __init__(self, log: "asyncpg.Pool[Any]", read: "asyncpg.Pool[Any]") -> None:
        self._log, self._read = log, read

    async def forget_expired(self) -> None:
        """Sessions, tokens, counted attempts, retired keys, one-time links, answers to repeated requests."""
        for statement in _EXPIRED:
            while await self._log.fetchval(statement, _BATCH) == _BATCH:
                pass
        await purge_idempotency(self._log)

    async def drop_old_generations(self) -> list[str]:
        """Names those that nobody had read for two weeks."""
        dropped: list[str] = []
        while name := await self._read.fetchval(_DROP, timeout=_DROP_TIMEOUT_S):
            dropped.append(name)
        return dropped
