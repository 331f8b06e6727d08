"""The parts of builds: one partition each, taken by one worker at a time, and how far each has got."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import asyncpg

from engine.rebuild.build import Build

# Held by the connection that writes: who loses it has lost the part too.
_LOCK = "SELECT pg_try_advisory_lock(hashtextextended(format('projection.replay_parts %s %s', $1::bigint, $2::int), 0))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended(format('projection.replay_parts %s %s', $1::bigint, $2::int), 0))"
_OPEN = """
    SELECT replay, partition, last_key FROM projection.replay_parts
     WHERE replay = ANY ($1::bigint[]) AND NOT is_done ORDER BY partition, replay
"""
_MOVE = """
    UPDATE projection.replay_parts SET last_key = $4, folded = least(folded + $5, events)
     WHERE replay = ANY ($1::bigint[]) AND partition = $2 AND last_key = $3 AND NOT is_done
"""
_DONE = """
    UPDATE projection.replay_parts SET is_done = true, folded = events
     WHERE replay = ANY ($1::bigint[]) AND partition = $2 AND last_key = $3
"""


class PartTaken(Exception):  # noqa: N818 - named for the fact
    """Another worker has moved this part: nothing was written."""


class Part(NamedTuple):
    """One partition of builds that have got equally far in it."""

    builds: Sequence[Build]
    partition: int
    last_key: str

    @property
    def target(self) -> int:
        return self.builds[0].targets[self.partition]

    def replays(self) -> list[int]:
        return [build.replay for build in self.builds]


async def open_parts(connection: "asyncpg.Connection[Any]", builds: Sequence[Build]) -> list[Part]:
    """What is left to do, each part with all builds that can share one reading of the log."""
    by_replay = {build.replay: build for build in builds}
    shared: dict[tuple[int, str, int], list[Build]] = {}
    for replay, partition, last_key in await connection.fetch(_OPEN, list(by_replay)):
        build = by_replay[replay]
        shared.setdefault((partition, last_key, build.targets[partition]), []).append(build)
    return [Part(sharing, partition, last_key) for (partition, last_key, _), sharing in shared.items()]


async def take(connection: "asyncpg.Connection[Any]", part: Part) -> bool:
    """Whether this connection has it now, for all of its builds."""
    for number, replay in enumerate(part.replays()):
        if not await connection.fetchval(_LOCK, replay, part.partition):
            for taken in part.replays()[:number]:
                await connection.fetchval(_UNLOCK, taken, part.partition)
            return False
    return True


async def as_it_is(connection: "asyncpg.Connection[Any]", part: Part) -> Part | None:
    """The part as whoever had it before has left it; None when its builds are no longer equally far in it."""
    for found in await open_parts(connection, part.builds):
        if found.partition == part.partition and len(found.builds) == len(part.builds):
            return found
    return None


async def give_back(connection: "asyncpg.Connection[Any]", part: Part) -> None:
    for replay in part.replays():
        await connection.fetchval(_UNLOCK, replay, part.partition)


async def move(connection: "asyncpg.Connection[Any]", part: Part, last_key: str, events: int) -> Part:
    """The first statement of the transaction that writes the keys up to and with `last_key`.

    Raises:
        PartTaken: somebody else was there.
    """
    await _require(connection, part, _MOVE, part.replays(), part.partition, part.last_key, last_key, events)
    return part._replace(last_key=last_key)


async def finish_part(connection: "asyncpg.Connection[Any]", part: Part) -> None:
    await _require(connection, part, _DONE, part.replays(), part.partition, part.last_key)


async def _require(connection: "asyncpg.Connection[Any]", part: Part, sql: str, *sent: object) -> None:
    done = await connection.execute(sql, *sent)
    if done != f"UPDATE {len(part.builds)}":
        raise PartTaken(f"partition {part.partition} is being built by somebody else")
