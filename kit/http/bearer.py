"""Verifies bearer tokens: signed ones against published keys, opaque ones by asking who issued them."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic, time
from typing import Any
from uuid import UUID

import jwt

from kit.http.problems import Problem

ISSUER = "palimpsest"
AUDIENCE = "palimpsest"
API_TOKEN_PREFIX = "pal_"  # noqa: S105 - a prefix, not a secret
LONGEST = 4096
_ALGORITHMS = frozenset({"EdDSA", "RS256"})
_REQUIRED = ["sub", "sid", "iat", "exp", "iss", "aud"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, as their token says. `token_id` names the sign-in session or the API token."""

    account: UUID
    roles: frozenset[str]
    token_id: str


def invalid_token(detail: str = "The access token is not valid; get a new one.") -> Problem:
    return Problem(401, "InvalidToken", detail, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


def sign_in_needed() -> Problem:
    return Problem(401, "SignInNeeded", "This needs an access token.", headers={"WWW-Authenticate": "Bearer"})


class TokenVerifier:
    """Verifies tokens and remembers, in bounded memory, those found good.

    Args:
        keys: gives the JWKS; asked once a minute, and for an unknown key at most every `refetch_s`.
        introspect: who an API token (`pal_...`) speaks for, None when nobody; None here: API tokens are refused.
        introspected_s: how long that answer is believed.
        remembered: how many tokens are kept.
    """

    def __init__(
        self,
        keys: Callable[[], Awaitable[Mapping[str, Any]]],
        *,
        introspect: Callable[[str], Awaitable[Principal | None]] | None = None,
        introspected_s: float = 30,
        refetch_s: float = 5,
        remembered: int = 10_000,
    ) -> None:
        self._keys, self._introspect = keys, introspect
        self._introspected_s, self._refetch_s, self._remembered = introspected_s, refetch_s, remembered
        self._known: dict[str, jwt.PyJWK] = {}
        self._fetched = -float("inf")
        self._good: OrderedDict[str, tuple[Principal | None, float]] = OrderedDict()

    async def verify(self, header: str | None) -> Principal | None:
        """Who an Authorization header speaks for; None when there is none.

        Raises:
            Problem: 401, when there is one and it is not good.
        """
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > LONGEST:
            raise invalid_token("The Authorization header holds `Bearer` and an access token.")
        found, until = self._good.get(token, (None, 0.0))
        if until <= time():
            found = await self._fresh(token)
        if found is None:
            raise invalid_token()
        return found

    def forget(self) -> None:
        """Drops what is remembered, so that the next request is looked at afresh."""
        self._good.clear()

    async def _fresh(self, token: str) -> Principal | None:
        if token.startswith(API_TOKEN_PREFIX):
            found = await self._introspect(token) if self._introspect else None
            until = time() + self._introspected_s
        else:
            claims = await self.claims(token)
            found = _principal(claims)
            until = min(claims["exp"], time() + 60)
        self._good[token] = (found, until)
        while len(self._good) > self._remembered:
            self._good.popitem(last=False)
        return found

    async def claims(
        self, token: str, *, audience: str = AUDIENCE, required: Sequence[str] = _REQUIRED
    ) -> dict[str, Any]:
        """What a signed token says, when it is good and for this audience.

        Raises:
            Problem: 401.
        """
        try:
            key = await self._key(str(jwt.get_unverified_header(token).get("kid", "")))
            return jwt.decode(
                token, key, [key.algorithm_name], {"require": list(required)}, audience=audience, issuer=ISSUER
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise invalid_token() from None

    async def _key(self, name: str) -> jwt.PyJWK:
        age_s = monotonic() - self._fetched
        if age_s > 60 or (name not in self._known and age_s > self._refetch_s):  # noqa: PLR2004 - the docstring's minute
            found = await self._keys()
            self._known = {key["kid"]: jwt.PyJWK(key) for key in found["keys"] if key.get("alg") in _ALGORITHMS}
            self._fetched = monotonic()
        if name not in self._known:
            raise invalid_token()
        return self._known[name]


def _principal(claims: Mapping[str, Any]) -> Principal:
    try:
        return Principal(UUID(claims["sub"]), frozenset(map(str, claims.get("roles", ()))), str(claims["sid"]))
    except (ValueError, TypeError, AttributeError):
        raise invalid_token() from None
