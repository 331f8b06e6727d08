"""The events whose jobs are asked for again: looked through in short statements, as nothing may hold the log up."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

_WINDOW = 20_000
_HEAD = "SELECT coalesce(max(position), 0) FROM events"
_AT = "SELECT recorded_at FROM events WHERE position = $1"
_OF_STREAM = "SELECT min(position), max(position) FROM events WHERE stream = $1"
_FAILED = "SELECT min(position), max(position) FROM job_ledger WHERE job = $1 AND state = 'failed'"
_OF_EVENT = "SELECT min(position), max(position) FROM job_ledger WHERE event_id = $1"


@dataclass(frozen=True, slots=True)
class Choice:
    """Of one job; what is None or empty does not matter."""

    job: str
    types: tuple[str, ...]
    stream: str | None = None
    event: UUID | None = None
    since: datetime | None = None
    before: datetime | None = None
    only_failed: bool = False

    WHERE = """
        e.position >= $2 AND e.position < $3 AND e.type = ANY ($4::text[])
        AND ($5::text IS NULL OR e.stream = $5) AND ($6::uuid IS NULL OR e.id = $6)
        AND (NOT $7 OR EXISTS (SELECT FROM job_ledger AS f
                                WHERE f.event_id = e.id AND f.job = $1 AND f.state = 'failed'))
    """
    """Of events `e`, with the parameters that `parameters` gives."""

    def parameters(self, first: int, end: int) -> tuple[Any, ...]:
        return self.job, first, end, self.types, self.stream, self.event, self.only_failed


async def windows(connection: "asyncpg.Connection[Any]", choice: Choice) -> AsyncIterator[tuple[int, int]]:
    """Ranges of positions, each short enough for one statement, that hold all that is chosen; the second is beyond."""
    first, end = 1, 1 + int(await connection.fetchval(_HEAD))
    if choice.since is not None:
        first = await _first_at(connection, choice.since, end)
    if choice.before is not None:
        end = await _first_at(connection, choice.before, end)
    for question, asked in _short_cuts(choice):
        [(lowest, highest)] = await connection.fetch(question, asked)
        if lowest is not None:
            first, end = max(first, lowest), min(end, highest + 1)
        elif question != _OF_EVENT:  # an event that the ledger does not know may be in the log
            return
    for begin in range(first, end, _WINDOW):
        yield begin, min(begin + _WINDOW, end)


def _short_cuts(choice: Choice) -> list[tuple[str, object]]:
    """What an index can say of where the chosen ones are."""
    known = [(_OF_STREAM, choice.stream), (_OF_EVENT, choice.event), (_FAILED, choice.only_failed and choice.job)]
    return [(question, asked) for question, asked in known if asked]


async def _first_at(connection: "asyncpg.Connection[Any]", moment: datetime, end: int) -> int:
    """The first position recorded at the moment or later: positions are dense, and time never goes back in them."""
    low, high = 1, end
    while low < high:
        middle = (low + high) // 2
        if await connection.fetchval(_AT, middle) < moment:
            low = middle + 1
        else:
            high = middle
    return low
