"""Which partition keys a dry run is about: those that have an event which an operator named."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from engine.log.availability import reading_the_log

_PAGE = 5_000
_NO_END = (1 << 63) - 1
_RECORDED = "SELECT recorded_at FROM events WHERE position = $1"
_LAST = "SELECT coalesce(max(position), 0) FROM events"
# One statement whatever is asked, and the columns that have an index compared as they are.
_KEYS = """
    SELECT DISTINCT partition_key FROM events WHERE {where} AND position BETWEEN $1 AND $2 AND partition_key > $3
     ORDER BY partition_key LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """Empty fields let everything through."""

    stream: str | None = None
    key: str | None = None
    types: tuple[str, ...] = ()
    partition: int | None = None
    first: int = 1
    """The first position that counts."""
    last: int | None = None
    since: datetime | None = None
    before: datetime | None = None


async def chosen_keys(pool: "asyncpg.Pool[Any]", choice: Choice) -> AsyncIterator[str]:
    """Each key once, in order."""
    first, last = await _positions(pool, choice)
    conditions = {
        "stream = ${}": choice.stream,
        "partition_key = ${}": choice.key,
        "type = ANY (${}::text[])": list(choice.types) or None,
        "partition = ${}": choice.partition,
    }
    asked = {text: value for text, value in conditions.items() if value is not None}
    where = " AND ".join(text.format(number) for number, text in enumerate(asked, 5)) or "true"
    after = ""
    while True:
        with reading_the_log():
            rows = await pool.fetch(_KEYS.format(where=where), first, last, after, _PAGE, *asked.values())
        for (key,) in rows:
            yield key
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]


async def _positions(pool: "asyncpg.Pool[Any]", choice: Choice) -> tuple[int, int]:
    """The range of positions; a moment is found by bisection, as no event is recorded before the one before it."""
    first, last = choice.first, choice.last or _NO_END
    if choice.since is not None:
        first = max(first, await _first_at(pool, choice.since))
    if choice.before is not None:
        last = min(last, await _first_at(pool, choice.before) - 1)
    return first, last


async def _first_at(pool: "asyncpg.Pool[Any]", moment: datetime) -> int:
    """The first position that was recorded at this moment or later."""
    with reading_the_log():
        low, high = 1, await pool.fetchval(_LAST) + 1
        while low < high:
            middle = (low + high) // 2
            if await pool.fetchval(_RECORDED, middle) < moment:
                low = middle + 1
            else:
                high = middle
    return low
