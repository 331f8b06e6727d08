"""Who holds a unique name, and which like it are taken."""

import re
from typing import Any

import asyncpg

from engine.log.availability import reading_the_log
from engine.log.hashing import keyed_hash
from engine.log.records import Claim

_LIMIT = 10_000
_OWNER = "SELECT stream FROM claims WHERE kind = $1 AND value = $2"
# '.' follows '-' in "C" order, so the range holds every value that starts with the stem and a hyphen.
_TAKEN = """
    SELECT taken.value FROM unnest($2::text[]) AS stem, LATERAL (
        (SELECT value FROM claims WHERE kind = $1 AND value = stem)
        UNION ALL
        (SELECT value FROM claims
          WHERE kind = $1 AND value > stem || '-' AND value < stem || '.'
            AND substr(value, length(stem) + 2) ~ '^[1-9][0-9]*$'
          ORDER BY length(value), value LIMIT $3)
    ) AS taken
"""
_NUMBERED = re.compile(r"(.+)-[1-9][0-9]*")


def stem_of(value: str) -> str:
    """What is left of a numbered name without its number; of another, all of it."""
    numbered = _NUMBERED.fullmatch(value)
    return numbered[1] if numbered else value


class Names:
    """Names as claimed in the log; a private one is looked up by its keyed hash."""

    def __init__(self, pool: "asyncpg.Pool[Any]", secret: bytes) -> None:
        self._pool, self._secret = pool, secret

    def stored(self, kind: str, value: str, *, is_private: bool = False) -> Claim:
        """The claim as the log keeps it."""
        return Claim(kind, keyed_hash(self._secret, f"{kind}:{value}") if is_private else value)

    async def owner(self, kind: str, value: str, *, is_private: bool = False) -> str | None:
        """The stream that holds the name."""
        claim = self.stored(kind, value, is_private=is_private)
        with reading_the_log():
            owner: str | None = await self._pool.fetchval(_OWNER, claim.kind, claim.value)
        return owner

    async def taken(self, kind: str, *stems: str) -> set[str]:
        """What is taken of `stem`, `stem-2`, `stem-3`, ...: the lowest numbers when there are very many."""
        with reading_the_log():
            rows = await self._pool.fetch(_TAKEN, kind, stems, _LIMIT)
        return {row["value"] for row in rows}

    async def taken_like(self, kind: str, value: str) -> set[str]:
        """What is taken of `value` and its numbered followers, and of its own stem when it is numbered itself."""
        return await self.taken(kind, *{value, stem_of(value)})
