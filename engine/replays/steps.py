"""A replay's way from state to state, each by compare-and-set: a replayer that was asleep takes nothing back."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from engine.replays.replay import Replay, State

_ADVANCE = """
    UPDATE projection.replays
       SET state = $3, problem = $4, started_at = coalesce(started_at, clock_timestamp()),
           finished_at = CASE WHEN $3 IN ('done', 'refused', 'failed', 'cancelled') THEN clock_timestamp() END
     WHERE id = $1 AND state = $2 RETURNING id
"""
_EXPLAIN = "UPDATE projection.replays SET problem = $2 WHERE id = $1 AND problem IS DISTINCT FROM $2"
_REST = """
    UPDATE projection.replays SET is_paused = true, problem = $2
     WHERE id = ANY ($1::bigint[]) AND state IN ('indexing', 'catching_up') AND NOT is_paused
"""
_SET_GENERATION = """
    UPDATE projection.generations SET state = $4 WHERE model = $1 AND number = $2 AND state = $3
"""


class NotOurs(Exception):  # noqa: N818 - named for the fact
    """The replay is not in the state that this replayer left it in: another one is at work."""


async def advance(
    connection: "asyncpg.Connection[Any]", replay: Replay, state: State, problem: str | None = None
) -> None:
    """Moves the replay on.

    Raises:
        NotOurs: it is not where it was.
    """
    if await connection.fetchval(_ADVANCE, replay.id, replay.state, state, problem) is None:
        raise NotOurs(f"replay {replay.id} is no longer {replay.state}")


async def explain(connection: "asyncpg.Connection[Any]", replay: Replay, problem: str | None) -> None:
    """Says what the replay waits for."""
    await connection.execute(_EXPLAIN, replay.id, problem)


async def rest(connection: "asyncpg.Connection[Any]", replays: Sequence[Replay], problem: str) -> None:
    """Pauses those that write to the disk. Workers that build look for themselves; the end of a replay frees space."""
    await connection.execute(_REST, [each.id for each in replays], problem)


async def hand_over(connection: "asyncpg.Connection[Any]", replay: Replay, *, to: str) -> None:
    """The built generation is followed by the projectors from now on, or stays as it is for ever."""
    await connection.execute(_SET_GENERATION, replay.model, replay.generation, "building", to)
