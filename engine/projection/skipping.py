"""Gives up a parked event: it is never folded, and what waits behind it can be released."""

from typing import Any
from uuid import UUID

import asyncpg

from engine.projection import checkpoints
from engine.projection.queues import FOLLOWED

_PARKED = """
    SELECT p.generation, p.partition
      FROM projection.parked AS p
      JOIN projection.generations AS g ON g.model = p.model AND g.number = p.generation
     WHERE p.model = $1 AND p.key = $2 AND p.event_id = $3 AND g.state = ANY ($4::text[])
     ORDER BY p.generation
"""
_SKIP = """
    DELETE FROM projection.parked AS p
     WHERE model = $1 AND generation = $2 AND key = $3 AND event_id = $4
       AND sequence = (SELECT min(sequence) FROM projection.parked WHERE model = $1 AND generation = $2 AND key = $3)
"""


class NotSkipped(Exception):  # noqa: N818 - named for the fact
    """The event is not parked, or not the first of its key; nothing was changed."""


async def skip(connection: "asyncpg.Connection[Any]", model: str, key: str, event_id: UUID) -> list[int]:
    """Takes the event off the queue of its key, in every followed generation that has it parked; says in which.

    Raises:
        NotSkipped: it is not parked, or it waits behind another.
    """
    async with connection.transaction():
        places = await connection.fetch(_PARKED, model, key, event_id, FOLLOWED)
        if not places:
            raise NotSkipped(f"{model} has no event {event_id} parked for {key}")
        for generation, partition in places:  # in the order of every batch
            await checkpoints.hold(connection, model, generation, partition)
            if await connection.execute(_SKIP, model, generation, key, event_id) != "DELETE 1":
                raise NotSkipped(
                    f"{event_id} is not the first of {key} in {model}_g{generation}: only that can be skipped"
                )
    return [generation for generation, _ in places]
