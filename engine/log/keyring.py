"""The keys of personal data: loaded in batches, held for at most a minute, so that a destroyed one stops working."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from secrets import token_bytes
from time import monotonic
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.log.availability import reading_the_log
from engine.log.records import PersonalKey

_SQL = "SELECT account, scope, key FROM personal_keys WHERE account = ANY($1::uuid[])"
_KEY_BYTES = 32


class KeyDestroyed(Exception):  # noqa: N818 - named for the fact
    """Personal data cannot be written for this account: its key was destroyed, or never made."""

    def __init__(self, account: UUID, scope: str) -> None:
        super().__init__(f"account {account} has no {scope} key")
        self.account, self.scope = account, scope


class Keys(Protocol):
    """Where encoding finds keys."""

    def get(self, account: UUID, scope: str) -> AESGCM | None: ...


class _Entry(NamedTuple):
    expires: float
    keys: Mapping[str, bytes | None]


class KeyRing:
    """A bounded cache of keys by account. `ttl_s` bounds how long a destroyed key still works here.

    A key is 32 bytes; its cipher takes 2.4 KB and is made within a microsecond, so that none is kept.
    """

    def __init__(self, pool: "asyncpg.Pool[Any]", *, size: int = 20_000, ttl_s: float = 60) -> None:
        self._pool, self._size, self._ttl_s = pool, size, ttl_s
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    async def load(self, accounts: Iterable[str]) -> Mapping[str, Mapping[str, bytes | None]]:
        """The keys of all these accounts by scope (None: destroyed); one statement for those not held yet.

        Accounts are named as events name them. The mapping stays whole when the cache is smaller than the batch.
        """
        now = monotonic()
        held: dict[str, Mapping[str, bytes | None]] = {}
        missing: list[str] = []
        for account in set(accounts):
            entry = self._entries.get(account)
            if entry is not None and entry.expires > now:
                held[account] = entry.keys
            else:
                missing.append(account)
        if missing:
            held.update(await self._fetch(missing, now + self._ttl_s))
        return held

    def get(self, account: UUID, scope: str) -> AESGCM | None:
        """The cipher if it is held, not expired, not destroyed. `load` first."""
        entry = self._entries.get(str(account))
        if entry is None or entry.expires <= monotonic():
            return None
        key = entry.keys.get(scope)
        return None if key is None else AESGCM(key)

    def forget(self, account: UUID) -> None:
        self._entries.pop(str(account), None)

    async def _fetch(self, accounts: list[str], expires: float) -> dict[str, dict[str, bytes | None]]:
        with reading_the_log():
            rows = await self._pool.fetch(_SQL, list(map(UUID, accounts)))
        found: dict[str, dict[str, bytes | None]] = {}
        for account, scope, key in rows:
            found.setdefault(str(account), {})[scope] = key
        for account, keys in found.items():
            self._entries[account] = _Entry(expires, keys)
            self._entries.move_to_end(account)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)
        return found


class NewKeys:
    """Keys made for an append that is not stored yet, in front of a ring: never cached before they are true."""

    def __init__(self, ring: Keys, account: UUID | None, scopes: Iterable[str]) -> None:
        self._ring = ring
        self.made = tuple(PersonalKey(account, scope, token_bytes(_KEY_BYTES)) for scope in scopes) if account else ()

    def get(self, account: UUID, scope: str) -> AESGCM | None:
        for made in self.made:
            if (made.account, made.scope) == (account, scope):
                return AESGCM(made.key)
        return self._ring.get(account, scope)
