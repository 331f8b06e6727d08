"""API tokens for programs: opaque, named, revocable, with an end."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from uuid import UUID

import asyncpg

from kit.http.bearer import API_TOKEN_PREFIX
from kit.http.problems import Problem
from kit.ids import new_id

MOST_PER_ACCOUNT = 50

# The account's other tokens are counted under a lock of its own, so that many at once cannot pass the limit.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 7203114986))"
_INSERT = """
INSERT INTO api_tokens (id, account, name, token_hash, expires_at)
SELECT $1, $2, $3, $4, clock_timestamp() + $5
 WHERE (SELECT count(*) FROM api_tokens WHERE account = $2 AND expires_at > clock_timestamp()) < $6
RETURNING expires_at
"""
# Ids are UUIDv7: the newest is the largest.
_END_OLDEST = """
DELETE FROM api_tokens WHERE id IN (
       SELECT id FROM api_tokens WHERE account = $1 AND name = $2 AND expires_at > clock_timestamp()
        ORDER BY id DESC OFFSET $3)
"""
_DELETE = "DELETE FROM api_tokens WHERE id = $1 AND account = $2 RETURNING id"
_BY_HASH = "SELECT id, account, expires_at FROM api_tokens WHERE token_hash = $1 AND expires_at > clock_timestamp()"
_BY_ID = "SELECT account FROM api_tokens WHERE id = $1 AND expires_at > clock_timestamp()"


@dataclass(frozen=True, slots=True)
class ApiToken:
    id: UUID
    account: UUID
    expires_at: datetime


class ApiTokens:
    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    async def issue(
        self, account: UUID, name: str, lasts: timedelta, *, at_most: int | None = None
    ) -> tuple[ApiToken, str]:
        """Makes a token; its text is shown this once.

        Args:
            account: whose.
            name: what it is for.
            lasts: from now.
            at_most: how many of this name there may be with it; the oldest end first. None: all go on.

        Raises:
            Problem: 409, when the account has MOST_PER_ACCOUNT.
        """
        token, name_id = API_TOKEN_PREFIX + token_urlsafe(32), new_id()
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_LOCK, str(account))
            if at_most is not None:
                await connection.execute(_END_OLDEST, account, name, at_most - 1)
            ends = await connection.fetchval(_INSERT, name_id, account, name, _hash(token), lasts, MOST_PER_ACCOUNT)
        if ends is None:
            raise Problem(409, "TooManyApiTokens", f"An account has at most {MOST_PER_ACCOUNT}; delete one first.")
        return ApiToken(name_id, account, ends), token

    async def revoke(self, token: UUID, account: UUID) -> bool:
        return await self._pool.fetchval(_DELETE, token, account) is not None

    async def find(self, token: str) -> ApiToken | None:
        found = await self._pool.fetchrow(_BY_HASH, _hash(token))
        return ApiToken(found["id"], found["account"], found["expires_at"]) if found else None

    async def account_of(self, token: UUID) -> UUID | None:
        """Whose token it is, while it lasts."""
        found: UUID | None = await self._pool.fetchval(_BY_ID, token)
        return found


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
