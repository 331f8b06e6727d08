"""Events set aside: one that could not be folded, and every later one of its key, in order, until released."""

from collections.abc import Collection, Iterable, Sequence
from traceback import extract_tb
from typing import Any, NamedTuple

import asyncpg

from engine.log.records import StoredEvent
from engine.projection.projection import Projection

_PARKED_KEYS = """
    SELECT model, generation, key FROM projection.parked
     WHERE (model, generation) IN (SELECT * FROM unnest($1::text[], $2::int[])) AND key = ANY ($3::text[])
     GROUP BY model, generation, key
"""
_PARK = """
    INSERT INTO projection.parked (model, generation, partition, key, sequence, event_id, type, error, traceback,
                                   attempts)
    SELECT $1, $2, n.*, $8, $9, $10
      FROM unnest($3::smallint[], $4::text[], $5::bigint[], $6::uuid[], $7::text[]) AS n
"""
_UNPARK = """
    DELETE FROM projection.parked AS p
     WHERE model = $1 AND generation = $2 AND key = $3 AND sequence = $4
       AND sequence = (SELECT min(sequence) FROM projection.parked WHERE model = $1 AND generation = $2 AND key = $3)
"""
_FIRST = """
    SELECT generation, partition, sequence FROM projection.parked
     WHERE model = $1 AND key = $2 ORDER BY generation, sequence LIMIT 1
"""
_FAILED_AGAIN = """
    UPDATE projection.parked SET error = $5, traceback = $6, attempts = attempts + $7
     WHERE model = $1 AND generation = $2 AND key = $3 AND sequence = $4
"""


class NotParked(Exception):  # noqa: N818 - named for the fact
    """The event is not the first parked one of its key: somebody else released it."""


class Place(NamedTuple):
    """Where a parked event is found: in which generation, and in the log."""

    generation: int
    partition: int
    sequence: int


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


async def parked_keys(
    connection: "asyncpg.Connection[Any]", projections: Sequence[Projection], keys: Collection[str]
) -> dict[str, set[str]]:
    """By projection name, which of these keys are parked. Read under the checkpoint's lock: a release holds it too."""
    models, generations = [each.model.name for each in projections], [each.generation for each in projections]
    found: dict[str, set[str]] = {}
    for model, generation, key in await connection.fetch(_PARKED_KEYS, models, generations, list(keys)):
        found.setdefault(f"{model}_g{generation}", set()).add(key)
    return found


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


async def unpark(connection: "asyncpg.Connection[Any]", projection: Projection, event: StoredEvent) -> None:
    done = await connection.execute(_UNPARK, projection.model.name, projection.generation, event.key, event.sequence)
    if done != "DELETE 1":
        raise NotParked(f"{event.id} is not the first parked event of its key in {projection.name}")


async def first_parked(connection: "asyncpg.Connection[Any]", model: str, key: str) -> Place | None:
    found = await connection.fetchrow(_FIRST, model, key)
    return Place(*found) if found is not None else None


async def failed_again(
    connection: "asyncpg.Connection[Any]", projection: Projection, event: StoredEvent, fault: Fault
) -> None:
    where = (projection.model.name, projection.generation, event.key, event.sequence)
    await connection.execute(_FAILED_AGAIN, *where, *fault)
