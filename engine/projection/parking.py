"""Events set aside: one that could not be folded, and every later one of its key, in order, until released."""

from collections.abc import Iterable, Sequence
from traceback import extract_tb
from typing import Any, NamedTuple

import asyncpg

from engine.log.records import StoredEvent
from engine.projection.projection import Projection

# One look for each key, and none where nothing is parked: as much may wait behind a key as its author cares to send.
# In the order of the primary key, so that a plan that gathers all rows before it takes the first is never cheaper.
_PARKED_KEYS = """
    SELECT g.model, g.generation, k.key
      FROM unnest({models}::text[], {generations}::int[]) AS g(model, generation),
           LATERAL (SELECT FROM projection.parked AS p
                     WHERE p.model = g.model AND p.generation = g.generation
                     ORDER BY p.key, p.sequence LIMIT 1) AS any_of_them,
           unnest({keys}::text[]) AS k(key),
           LATERAL (SELECT FROM projection.parked AS p
                     WHERE p.model = g.model AND p.generation = g.generation AND p.key = k.key
                     ORDER BY p.sequence LIMIT 1) AS first
"""
_PARK = """
    INSERT INTO projection.parked (model, generation, partition, key, sequence, event_id, type, error, traceback,
                                   attempts)
    SELECT $1, $2, n.*, $8, $9, $10
      FROM unnest($3::smallint[], $4::text[], $5::bigint[], $6::uuid[], $7::text[]) AS n
"""
_UNPARK = """
    DELETE FROM projection.parked WHERE model = $1 AND generation = $2 AND key = $3 AND sequence <= $4
    RETURNING sequence
"""
_FAILED_AGAIN = """
    UPDATE projection.parked SET error = $5, traceback = $6, attempts = attempts + $7
     WHERE model = $1 AND generation = $2 AND key = $3 AND sequence = $4
"""


class NotParked(Exception):  # noqa: N818 - named for the fact
    """The events are not the first parked ones of their key: somebody else released or skipped one."""


class Fault(NamedTuple):
    """What is kept of an error. Its message is not: messages quote values, and values may be personal."""

    error: str | None = None
    traceback: str | None = None
    attempts: int = 0

    @classmethod
    def of(cls, error: BaseException, attempts: int) -> "Fault":
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)]
        kind = type(error)
        constraint = getattr(error, "constraint_name", None)
        named = f"{kind.__module__}.{kind.__qualname__}" + (f" ({constraint})" if constraint else "")
        return cls(named, "\n".join(frames[-20:]), attempts)


def parked_keys(models: str, generations: str, keys: str) -> str:
    """The query for those of the keys that are parked in a generation; the arguments are its parameters' names."""
    return _PARKED_KEYS.format(models=models, generations=generations, keys=keys)


async def park(
    connection: "asyncpg.Connection[Any]", projection: Projection, events: Iterable[StoredEvent], fault: Fault
) -> None:
    columns = [
        list(column)
        for column in zip(
            *((event.partition, event.key, event.sequence, event.id, event.type) for event in events), strict=True
        )
    ]
    if columns:
        await connection.execute(_PARK, projection.model.name, projection.generation, *columns, *fault)


async def unpark(connection: "asyncpg.Connection[Any]", projection: Projection, events: Sequence[StoredEvent]) -> None:
    """Takes the first parked events of a key off the queue. Under the checkpoint's lock, as parking is.

    Raises:
        NotParked: these are not the first ones; the transaction must end.
    """
    last = events[-1]
    gone = await connection.fetch(_UNPARK, projection.model.name, projection.generation, last.key, last.sequence)
    if sorted(row[0] for row in gone) != [event.sequence for event in events]:
        raise NotParked(f"{last.id} and those before it are not what is parked first in {projection.name}")


async def failed_again(
    connection: "asyncpg.Connection[Any]", projection: Projection, event: StoredEvent, fault: Fault
) -> None:
    where = (projection.model.name, projection.generation, event.key, event.sequence)
    await connection.execute(_FAILED_AGAIN, *where, *fault)
