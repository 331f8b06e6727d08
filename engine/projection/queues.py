"""What is parked for a key: in which generations, and in which order."""

from typing import Any, NamedTuple

import asyncpg

from engine.projection.projection import Projection

FOLLOWED = ("following", "serving", "retired")
"""The states of generations that the projectors keep up to date: only these have keys to release."""

_GENERATIONS = """
    SELECT g.number, g.version FROM projection.generations AS g
     WHERE g.model = $1 AND g.state = ANY ($3::text[])
       AND EXISTS (SELECT FROM projection.parked AS p
                    WHERE p.model = g.model AND p.generation = g.number AND p.key = $2)
     ORDER BY g.number
"""
_FIRST = """
    SELECT partition, sequence FROM projection.parked
     WHERE model = $1 AND generation = $2 AND key = $3 ORDER BY sequence LIMIT $4
"""


class Parking(NamedTuple):
    """A generation that a key is parked in."""

    generation: int
    version: int


class Place(NamedTuple):
    """Where a parked event is found in the log."""

    partition: int
    sequence: int


async def parkings(connection: "asyncpg.Connection[Any]", model: str, key: str) -> list[Parking]:
    """The followed generations in which something of the key is parked, the oldest first."""
    return [Parking(*row) for row in await connection.fetch(_GENERATIONS, model, key, FOLLOWED)]


async def first_places(
    connection: "asyncpg.Connection[Any]", projection: Projection, key: str, limit: int
) -> list[Place]:
    rows = await connection.fetch(_FIRST, projection.model.name, projection.generation, key, limit)
    return [Place(*row) for row in rows]
