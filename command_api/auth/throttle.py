"""Limits on trying, that hold across processes and restarts: a row beside the log for each who tries."""

import ipaddress
import math
from dataclasses import dataclass
from hashlib import blake2b

import asyncpg

from kit.http.problems import Problem

_COUNT = """
INSERT INTO throttle AS t (key, attempts, expires_at)
VALUES ($1, 1, clock_timestamp() + make_interval(secs => $2))
ON CONFLICT (key) DO UPDATE SET
    attempts = CASE WHEN t.expires_at <= clock_timestamp() THEN 1 ELSE t.attempts + 1 END,
    expires_at = CASE WHEN t.expires_at <= clock_timestamp() THEN excluded.expires_at ELSE t.expires_at END
RETURNING attempts, extract(epoch FROM expires_at - clock_timestamp())::float8 AS left_s
"""
_FORGIVE = "DELETE FROM throttle WHERE key = $1"
_TAKE_BACK = "UPDATE throttle SET attempts = attempts - 1 WHERE key = $1 AND attempts > 0"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts in so many seconds, counted from the first."""

    name: str
    attempts: int
    window_s: float


@dataclass(frozen=True, slots=True)
class Limits:
    sign_in_account: Limit = Limit("sign-in account", 10, 300)
    sign_in_client: Limit = Limit("sign-in client", 100, 300)
    register_client: Limit = Limit("register client", 60, 3600)
    mail_account: Limit = Limit("mail account", 5, 3600)
    mail_client: Limit = Limit("mail client", 60, 3600)
    link_client: Limit = Limit("link client", 60, 3600)


class Throttle:
    """Counts attempts before they are made, so that many at once cannot pass together."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", secret: bytes) -> None:
        self._pool, self._secret = pool, secret

    async def count(self, limit: Limit, who: str) -> None:
        """Counts one attempt.

        Raises:
            Problem: 429 with Retry-After, when there were too many.
        """
        found = await self._pool.fetchrow(_COUNT, self._key(limit, who), limit.window_s)
        if found is not None and found["attempts"] > limit.attempts:
            wait_s = max(1, math.ceil(found["left_s"]))
            raise Problem(
                429, "TooManyAttempts", f"Try again in {wait_s} seconds.", headers={"Retry-After": str(wait_s)}
            )

    async def forgive(self, limit: Limit, who: str) -> None:
        """Forgets the attempts: the last one was right."""
        await self._pool.execute(_FORGIVE, self._key(limit, who))

    async def take_back(self, limit: Limit, who: str) -> None:
        """Uncounts one attempt, and leaves the others."""
        await self._pool.execute(_TAKE_BACK, self._key(limit, who))

    def _key(self, limit: Limit, who: str) -> bytes:
        return blake2b(f"{limit.name}\0{who}".encode(), key=self._secret[:64], digest_size=16).digest()


def network_of(client: tuple[str, int] | None) -> str:
    """What counts as one client: an IPv4 address, or an IPv6 /64, which is what one subscriber gets."""
    try:
        address = ipaddress.ip_address(client[0] if client else "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)
