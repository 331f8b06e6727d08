"""Reads what lies beside the log: a password's hash, one-time links, what webhooks are signed with."""

import hmac
from secrets import token_urlsafe
from typing import Literal
from uuid import UUID

import asyncpg

_READ = """
SELECT value FROM secrets
 WHERE stream = $1 AND kind = $2 AND (expires_at IS NULL OR expires_at > clock_timestamp())
"""
_LONGEST_LINK = 200

LinkKind = Literal["confirmation", "address", "reset"]


class StoredSecrets:
    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool

    async def password_hash(self, stream: str) -> str | None:
        found: str | None = await self._pool.fetchval(_READ, stream, "password")
        return found

    async def signing(self, stream: str, kind: str) -> str | None:
        """What a webhook's messages are signed with."""
        found: str | None = await self._pool.fetchval(_READ, stream, kind)
        return found

    async def is_link(self, token: str, kind: LinkKind) -> bool:
        """Whether this is the newest link of that kind, not used and not expired."""
        account = account_of_link(token)
        stored = await self._pool.fetchval(_READ, f"account-{account}", kind) if account else None
        return stored is not None and hmac.compare_digest(stored.encode(), token.encode())


def new_link(account: UUID) -> str:
    """A one-time token as a mail carries it: it names its account, so that it can be looked up."""
    return f"{account.hex}.{token_urlsafe(32)}"


def account_of_link(token: str) -> UUID | None:
    account, _, _ = token.partition(".")
    try:
        return UUID(hex=account) if len(token) <= _LONGEST_LINK and token.isascii() else None
    except ValueError:
        return None
