"""What only the command side knows: the keys that sign tokens, and who an API token speaks for."""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Any
from uuid import UUID

import httpx
import structlog

from kit.http.bearer import Principal
from kit.http.problems import Problem

_TIMEOUT_S = 2.0
_REFRESH_S = 60.0
_RETRY_S = 5.0
_ASKED_AT_MOST_EVERY_S = 1.0

log = structlog.get_logger()


def client(command_url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=command_url, timeout=_TIMEOUT_S, limits=httpx.Limits(max_connections=8))


class SigningKeys:
    """The published keys: fetched again every minute, and kept while the command side is down."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._keys: Mapping[str, Any] | None = None
        self._asked_at = -float("inf")
        self._asking = asyncio.Lock()

    async def __call__(self) -> Mapping[str, Any]:
        """The keys, fetched at most every few seconds.

        Raises:
            Problem: 503, they were never seen.
        """
        async with self._asking:
            # before anybody has signed in there is no key: the first one must not be missed
            is_due = monotonic() - self._asked_at > _ASKED_AT_MOST_EVERY_S
            if is_due or not (self._keys and self._keys["keys"]):
                await self._ask()
        if self._keys is None:
            raise _unavailable()
        return self._keys

    async def keep_fresh(self) -> None:
        """Fetches the keys again and again, so that no request has to wait for them."""
        while True:
            async with self._asking:
                await self._ask()
            await asyncio.sleep(_REFRESH_S if self._keys else _RETRY_S)

    async def _ask(self) -> None:
        self._asked_at = monotonic()
        try:
            answer = await self._http.get("/.well-known/jwks.json")
            answer.raise_for_status()
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            log.warning(
                "signing keys were not fetched", error=type(error).__name__, has_old_ones=self._keys is not None
            )
            return
        if isinstance(found.get("keys"), list):
            self._keys = found


class ApiTokens:
    """Asks who an API token speaks for (RFC 7662)."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def __call__(self, token: str) -> Principal | None:
        """Whose the token is, None when it is not good.

        Raises:
            Problem: 503, nobody can say now.
        """
        try:
            answer = await self._http.post("/auth/introspect", data={"token": token})
            answer.raise_for_status()
            found = answer.json()
            if not found.get("active"):
                return None
            return Principal(UUID(found["sub"]), frozenset(found.get("roles", ())), str(found["sid"]))
        except (httpx.HTTPError, ValueError, KeyError) as error:
            log.warning("a token could not be asked about", error=type(error).__name__)
            raise _unavailable() from None


def _unavailable() -> Problem:
    return Problem(
        503,
        "SignInUnavailable",
        "Tokens cannot be checked now; read without one, or later.",
        headers={"Retry-After": "2"},
    )
