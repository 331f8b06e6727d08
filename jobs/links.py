"""One-time links as mails carry them."""

from typing import Any, Literal
from urllib.parse import quote

import asyncpg

_NEWEST = """
    SELECT value FROM secrets
     WHERE stream = $1 AND kind = $2 AND (expires_at IS NULL OR expires_at > clock_timestamp())
"""

Kind = Literal["confirmation", "address", "reset"]
_PAGES = {"confirmation": "confirm", "address": "confirm", "reset": "reset"}


class Links:
    """Looks up the newest link of an account; the secret is read when the mail is written, and kept nowhere."""

    def __init__(self, pool: "asyncpg.Pool[Any]", public_url: str) -> None:
        self._pool = pool
        self._public_url = public_url.rstrip("/")

    async def newest(self, stream: str, kind: Kind) -> str | None:
        """The URL; None when it was used, has expired, or went with its account."""
        token = await self._pool.fetchval(_NEWEST, stream, kind)
        return None if token is None else f"{self._public_url}/{_PAGES[kind]}?token={quote(token, safe='')}"
