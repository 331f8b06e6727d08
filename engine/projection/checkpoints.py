"""Checkpoints of generations: read, and moved by compare-and-set as the first statement of every batch."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import asyncpg

from engine.following.contract import CheckpointMoved

_SELECT = """
    SELECT partition, epoch, sequence FROM projection.checkpoints WHERE model = $1 AND generation = $2
"""
# The lock on a checkpoint row makes its partition's rows ours until commit; a second owner waits here, then finds
# another sequence and fails.
MOVE = """
    UPDATE projection.checkpoints AS c SET sequence = n.after, updated_at = clock_timestamp()
      FROM unnest($1::text[], $2::int[], $3::smallint[], $4::int[], $5::bigint[], $6::bigint[])
        AS n(model, generation, partition, epoch, before, after)
     WHERE c.model = n.model AND c.generation = n.generation AND c.partition = n.partition
       AND c.epoch = n.epoch AND c.sequence = n.before
"""
_HOLD = """
    SELECT FROM projection.checkpoints WHERE model = $1 AND generation = $2 AND partition = $3 FOR UPDATE
"""


class Move(NamedTuple):
    """One checkpoint's step."""

    model: str
    generation: int
    partition: int
    epoch: int
    before: int
    after: int


class Checkpoint(NamedTuple):
    partition: int
    epoch: int
    sequence: int


async def load(connection: "asyncpg.Connection[Any]", model: str, generation: int) -> list[Checkpoint]:
    return [Checkpoint(*row) for row in await connection.fetch(_SELECT, model, generation)]


async def move(connection: "asyncpg.Connection[Any]", moves: Iterable[Move]) -> None:
    """Moves all or fails.

    Raises:
        CheckpointMoved: one was not where it was expected.
    """
    wanted = list(moves)
    done = await connection.execute(MOVE, *columns(wanted))
    require(int(done.removeprefix("UPDATE ")), len(wanted))


def columns(moves: Iterable[Move]) -> list[list[Any]]:
    """The parameters of MOVE."""
    return [list(column) for column in zip(*moves, strict=True)]


def require(moved: int, expected: int) -> None:
    if moved != expected:
        raise CheckpointMoved(f"{expected} checkpoints expected, {moved} moved")


async def hold(connection: "asyncpg.Connection[Any]", model: str, generation: int, partition: int) -> None:
    """Keeps batches out of a partition until the transaction ends."""
    await connection.execute(_HOLD, model, generation, partition)
