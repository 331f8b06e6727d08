"""Stored answers to repeated requests, by idempotency key."""

from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Any

import asyncpg

from engine.log.availability import reading_the_log
from engine.log.records import IdempotencyRecord

_FIND = """
    SELECT request_hash, answer, stream, version, partition, sequence, (SELECT epoch FROM log_state) AS epoch
      FROM idempotency WHERE scope = $1 AND key = $2
"""
_KEPT = timedelta(days=7)
_BATCH = 5000


class KeyReused(Exception):  # noqa: N818 - named for the fact
    """The idempotency key was used for another request."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    answer: str
    stream: str
    version: int
    partition: int
    sequence: int
    epoch: int


class Answers:
    """Looks up and remembers what was answered under an idempotency key."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def find(self, scope: str, key: str, request_hash: bytes) -> StoredAnswer | None:
        """Raises KeyReused when the key belongs to another request."""
        with reading_the_log():
            row = await self._pool.fetchrow(_FIND, scope, key)
        if row is None:
            return None
        stored_hash, *answer = row
        if not compare_digest(stored_hash, request_hash):
            raise KeyReused(key)
        return StoredAnswer(*answer)

    async def remember(self, record: IdempotencyRecord, stream: str) -> bool:
        """Keeps the answer of a command that had nothing to change; False when the key is in use, or the stream new."""
        with reading_the_log():
            kept: bool = await self._pool.fetchval(
                "SELECT remember_answer($1, $2, $3, $4, $5)",
                record.scope,
                record.key,
                record.request_hash,
                record.answer,
                stream,
            )
        return kept


async def purge_idempotency(pool: "asyncpg.Pool[Any]", kept: timedelta = _KEPT) -> int:
    """Forgets old answers in short transactions; returns how many."""
    total = 0
    while purged := await pool.fetchval("SELECT purge_idempotency($1, $2)", kept, _BATCH):
        total += purged
        if purged < _BATCH:
            break
    return total
