"""Finds streams by how their id begins, by a name that they hold, by their kind, or by a name of the past."""

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg

from domain.catalogue import AGGREGATES, EVENTS

NAME_KINDS = ("handle", "slug")
"""Names that are no secret; addresses are stored as keyed hashes and are not looked for."""
_LAST = chr(0x10FFFF)
_ID = re.compile(r"[0-9a-f-]{4,36}")
_NEAR = 2000
# One index look-up a stream, however many events it has; ids are made in order of time, so the newest come first.
_BY_ID = """
    WITH RECURSIVE found(stream) AS (
        (SELECT stream FROM events WHERE stream >= $1 AND stream < $2 ORDER BY stream DESC LIMIT 1)
        UNION ALL
        SELECT (SELECT e.stream FROM events e WHERE e.stream >= $1 AND e.stream < found.stream
                 ORDER BY e.stream DESC LIMIT 1)
          FROM found WHERE found.stream IS NOT NULL
    )
    SELECT stream FROM found WHERE stream IS NOT NULL LIMIT $3
"""
_BY_NAME = """
    SELECT kind, value, stream FROM claims
     WHERE kind = ANY($1) AND value >= $2 AND value < $3 ORDER BY value <> $2, value LIMIT $4
"""
_OF_THE_PAST = """
    SELECT DISTINCT stream FROM events
     WHERE type = ANY($1) AND (strpos(data, $2) > 0 OR strpos(data, $3) > 0) LIMIT $4
"""
_LAST_EVENTS = """
    SELECT found.stream, e.version, e.type, e.recorded_at
      FROM unnest($1::text[]) WITH ORDINALITY AS found(stream, n),
           LATERAL (SELECT version, type, recorded_at FROM events
                     WHERE stream = found.stream ORDER BY version DESC LIMIT 1) AS e
     ORDER BY found.n
"""


class FoundStream(NamedTuple):
    stream: str
    by: str
    """What was found: `id`, `kind`, `handle ana`, `slug hello`, `past name`."""
    version: int
    last_type: str
    last_at: datetime


class Finder:
    """Looks in the log and beside it; the read models may be away or wrong."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def find(self, word: str, limit: int) -> list[FoundStream]:
        """Exact names first, then names that begin so, then ids, then the newest of a kind."""
        found = await self._by_name(word.removeprefix("@"), limit)
        for prefix in _prefixes(word):
            found |= {stream: "id" for stream in await self._by_id(prefix, limit) if stream not in found}
        if word in AGGREGATES:
            found |= {stream: "kind" for stream in await self._by_id(word, limit) if stream not in found}
        return await self._described(dict(list(found.items())[:limit]))

    async def find_past(self, name: str, limit: int) -> list[FoundStream]:
        """Streams that ever had this slug or handle, deleted posts too. Reads the whole log."""
        types = [kind.__name__ for kind in EVENTS if set(NAME_KINDS) & kind.model_fields.keys()]
        fields = (json.dumps({kind: name}, ensure_ascii=False, separators=(",", ":"))[1:-1] for kind in NAME_KINDS)
        rows = await self._pool.fetch(_OF_THE_PAST, types, *fields, limit, timeout=3600)
        return await self._described({row["stream"]: "past name" for row in rows})

    async def nearest(self, word: str) -> str | None:
        """A name or an id like this one."""
        return await self._nearest_id(word) or await self._nearest_name(word.removeprefix("@"))

    async def _by_name(self, word: str, limit: int) -> dict[str, str]:
        rows = await self._pool.fetch(_BY_NAME, NAME_KINDS, word, word + _LAST, limit)
        found: dict[str, str] = {}
        for row in rows:
            found.setdefault(row["stream"], f"{row['kind']} {row['value']}")
        return found

    async def _by_id(self, prefix: str, limit: int) -> list[str]:
        return [row["stream"] for row in await self._pool.fetch(_BY_ID, prefix, prefix + _LAST, limit)]

    async def _described(self, found: Mapping[str, str]) -> list[FoundStream]:
        rows = await self._pool.fetch(_LAST_EVENTS, list(found))
        return [FoundStream(row["stream"], found[row["stream"]], *tuple(row)[1:]) for row in rows]

    async def _nearest_id(self, word: str) -> str | None:
        for prefix in _prefixes(word):
            kind, _, number = prefix.partition("-")
            for length in range(len(number) - 1, 3, -1):
                if near := await self._by_id(f"{kind}-{number[:length]}", 100):
                    return _closest(prefix, near)
        return None

    async def _nearest_name(self, word: str) -> str | None:
        rows = await self._pool.fetch(_BY_NAME, NAME_KINDS, word[:2], word[:2] + _LAST, _NEAR)
        return _closest(word, [row["value"] for row in rows])


def _prefixes(word: str) -> list[str]:
    """What an id may begin with when somebody typed this: with its kind, or the number alone."""
    kind, _, number = word.partition("-")
    if kind in AGGREGATES and number:
        return [word.lower()]
    return [f"{kind}-{word.lower()}" for kind in AGGREGATES] if _ID.fullmatch(word.lower()) else []


def _closest(word: str, known: Iterable[str]) -> str | None:
    near = difflib.get_close_matches(word, list(known), 1, 0.5)
    return near[0] if near else None
