"""The secrets that a hook's messages are signed with, the newest first."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from domain.webhooks.signing import FORMER, NEWEST
from kit import clock

_READ = "SELECT kind, value, expires_at FROM secrets WHERE stream = $1 AND kind IN ($2, $3)"
_REMEMBERED = 100


class _Kept(NamedTuple):
    version: int
    by_kind: Mapping[str, tuple[str, datetime | None]]


class SigningSecrets:
    """Read once for each version of a hook: a change of the secret is an event of it."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool
        self._kept: OrderedDict[UUID, _Kept] = OrderedDict()

    async def of(self, webhook: UUID, version: int) -> list[str]:
        """One, or two for a while after the first was changed; none when the hook has gone."""
        kept = self._kept.get(webhook)
        if kept is None or kept.version < version:
            kept = await self._read(webhook, version)
        now = clock.now()
        found = (kept.by_kind.get(kind) for kind in (NEWEST, FORMER))
        return [value for value, expires_at in filter(None, found) if expires_at is None or expires_at > now]

    async def _read(self, webhook: UUID, version: int) -> _Kept:
        rows = await self._pool.fetch(_READ, f"webhook-{webhook}", NEWEST, FORMER)
        kept = _Kept(version, {row["kind"]: (row["value"], row["expires_at"]) for row in rows})
        self._kept[webhook] = kept
        while len(self._kept) > _REMEMBERED:
            self._kept.popitem(last=False)
        return kept
