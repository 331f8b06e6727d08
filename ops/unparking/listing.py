"""What is parked, as an operator sees it: a line a key, and the queue of one key."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from engine.projection.queues import FOLLOWED

_KEYS = """
    SELECT first.model, first.generation, g.state, first.key, first.event_id, first.type, first.error, first.attempts,
           clock_timestamp() - first.parked_at AS age, queue.events - 1 AS waiting, count(*) OVER () AS found
      FROM (SELECT model, generation, key, count(*) AS events, min(sequence) AS sequence
              FROM projection.parked WHERE $1::text IS NULL OR model = $1 GROUP BY model, generation, key) AS queue
      JOIN projection.parked AS first USING (model, generation, key, sequence)
      JOIN projection.generations AS g ON g.model = first.model AND g.number = first.generation
     ORDER BY first.parked_at, first.model, first.generation, first.key LIMIT $2
"""
_QUEUES = """
    SELECT p.generation, g.state, g.version, count(*) AS events
      FROM projection.parked AS p
      JOIN projection.generations AS g ON g.model = p.model AND g.number = p.generation
     WHERE p.model = $1 AND p.key = $2 GROUP BY p.generation, g.state, g.version ORDER BY p.generation
"""
_QUEUE = """
    SELECT sequence, event_id, type, error, traceback, attempts, parked_at
      FROM projection.parked WHERE model = $1 AND generation = $2 AND key = $3 ORDER BY sequence LIMIT $4
"""
# By the index, key after key: what is released meanwhile does not disturb it.
_NEXT_KEYS = """
    SELECT DISTINCT p.model, p.key
      FROM projection.parked AS p
      JOIN projection.generations AS g ON g.model = p.model AND g.number = p.generation
     WHERE ($1::text IS NULL OR p.model = $1) AND (p.model, p.key) > ($2::text, $3::text) AND g.state = ANY ($4::text[])
     ORDER BY p.model, p.key LIMIT 500
"""


class ParkedKey(NamedTuple):
    """A key that a generation has parked, and the event that it stands at."""

    model: str
    generation: int
    state: str
    key: str
    event: UUID
    type: str
    error: str | None
    """None: the fault is gone, what waited behind it is not folded yet."""
    attempts: int
    age: timedelta
    waiting: int


class Queued(NamedTuple):
    """A parked event."""

    sequence: int
    event: UUID
    type: str
    error: str | None
    traceback: str | None
    attempts: int
    parked_at: datetime


class Queue(NamedTuple):
    """What one generation has parked for a key: the first events of it, in order."""

    generation: int
    state: str
    version: int
    length: int
    events: list[Queued]


async def parked_keys(
    connection: "asyncpg.Connection[Any]", model: str | None, limit: int
) -> tuple[list[ParkedKey], int]:
    """The keys that are parked longest, and how many there are."""
    rows = await connection.fetch(_KEYS, model, limit)
    return [ParkedKey(*list(row)[:-1]) for row in rows], rows[0]["found"] if rows else 0


async def queues(connection: "asyncpg.Connection[Any]", model: str, key: str, limit: int) -> list[Queue]:
    """A key's queue in each generation that has parked it."""
    found = []
    for generation, state, version, length in await connection.fetch(_QUEUES, model, key):
        rows = await connection.fetch(_QUEUE, model, generation, key, limit)
        found.append(Queue(generation, state, version, length, [Queued(*row) for row in rows]))
    return found


async def releasable(connection: "asyncpg.Connection[Any]", model: str | None) -> AsyncIterator[tuple[str, str]]:
    """Every model and key that a followed generation has parked, each once."""
    place = ("", "")
    while rows := await connection.fetch(_NEXT_KEYS, model, *place, FOLLOWED):
        for row in rows:
            yield row["model"], row["key"]
        place = rows[-1]["model"], rows[-1]["key"]
