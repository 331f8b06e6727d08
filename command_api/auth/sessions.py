"""Sign-in sessions: families of refresh tokens, of which only the newest is good."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_bytes
from uuid import UUID

import asyncpg

from kit.ids import new_id

LIFETIME = timedelta(days=30)
_MAC_BYTES = 16

_START = """
INSERT INTO sign_in_sessions (id, account, password_mark, refresh_hash, expires_at)
VALUES ($1, $2, $3, $4, clock_timestamp() + $5)
"""
# Compare-and-set: of two who send the same token at once only one matches the hash that is stored.
_ROTATE = """
UPDATE sign_in_sessions s SET refresh_hash = $3, expires_at = clock_timestamp() + $4
 WHERE s.id = $1 AND s.refresh_hash = $2 AND s.expires_at > clock_timestamp()
   AND s.password_mark = (SELECT sha256(convert_to(p.value, 'UTF8')) FROM secrets p
                           WHERE p.stream = 'account-' || s.account AND p.kind = 'password')
RETURNING s.account
"""
_END = "DELETE FROM sign_in_sessions WHERE id = $1"
_ALIVE = """
SELECT s.account FROM sign_in_sessions s
  JOIN secrets p ON p.stream = 'account-' || s.account AND p.kind = 'password'
 WHERE s.id = $1 AND s.expires_at > clock_timestamp()
   AND s.password_mark = sha256(convert_to(p.value, 'UTF8'))
"""


@dataclass(frozen=True, slots=True)
class Refreshed:
    session: UUID
    account: UUID
    refresh_token: str


class Sessions:
    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", secret: bytes) -> None:
        self._pool = pool
        self._secret = hmac.digest(secret, b"refresh tokens", hashlib.sha256)

    async def start(self, account: UUID, password_hash: str) -> Refreshed:
        """Opens a session; another password, set at any time, ends it."""
        session = new_id()
        token = self._new_token(session)
        mark = hashlib.sha256(password_hash.encode()).digest()
        await self._pool.execute(_START, session, account, mark, _hash(token), LIFETIME)
        return Refreshed(session, account, token)

    async def refresh(self, token: str) -> Refreshed | None:
        """Exchanges a refresh token. A genuine one that was used before ends the session: somebody has a copy."""
        session = self.session_of(token)
        if session is None:
            return None
        renewed = self._new_token(session)
        account = await self._pool.fetchval(_ROTATE, session, _hash(token), _hash(renewed), LIFETIME)
        if account is None:
            await self.end(session)
            return None
        return Refreshed(session, account, renewed)

    async def end(self, session: UUID) -> None:
        await self._pool.execute(_END, session)

    async def account_of(self, session: UUID) -> UUID | None:
        """Whose session it is, while it lasts."""
        found: UUID | None = await self._pool.fetchval(_ALIVE, session)
        return found

    def session_of(self, token: str) -> UUID | None:
        """The session of a token that we made; None for anything else, so that nobody ends sessions by guessing."""
        try:
            raw = urlsafe_b64decode(token.removeprefix("ref_").encode("ascii"))
        except ValueError:
            return None
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        is_ours = hmac.compare_digest(mac, self._mac(body)) and len(body) == 48  # noqa: PLR2004 - as made below
        return UUID(bytes=body[:16]) if is_ours else None

    def _new_token(self, session: UUID) -> str:
        body = session.bytes + token_bytes(32)
        return "ref_" + urlsafe_b64encode(body + self._mac(body)).decode()

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, body, hashlib.sha256)[:_MAC_BYTES]


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
