"""The processes that fold: so many as were asked for, started again when they die."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Sequence
from typing import Any

import asyncpg
import structlog

from engine.replays.replay import Replay

log = structlog.get_logger()

_LEFT = (
    "SELECT count(DISTINCT partition) FROM projection.replay_parts WHERE replay = ANY ($1::bigint[]) AND NOT is_done"
)
_FOLDED = "SELECT coalesce(sum(folded), 0) FROM projection.replay_parts WHERE replay = ANY ($1::bigint[])"
_FUTILE_LIVES = 5
_CANNOT_GO_ON = 3
"""A worker's exit code: none could; the replays' `problem` says why."""
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.2, 10.0
_END_WITHIN_S = 10.0


class WorkersFail(Exception):  # noqa: N818 - named for the fact
    """Workers end again and again, and nothing gets folded."""


class Workers:
    async def run(self, connection: "asyncpg.Connection[Any]", replays: Sequence[Replay]) -> None:
        """Until all parts of all these replays are folded.

        Raises:
            WorkersFail: no progress in several lives.
        """
        numbers, most = [each.id for each in replays], max(each.workers for each in replays)
        wait_s, futile, folded = _FIRST_WAIT_S, 0, -1
        while left := int(await connection.fetchval(_LEFT, numbers)):
            now = int(await connection.fetchval(_FOLDED, numbers))
            futile = 0 if now > folded else futile + 1
            if futile > _FUTILE_LIVES:
                raise WorkersFail(f"{futile} times nothing was folded")
            if futile:
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, _LONGEST_WAIT_S)
            folded = now
            await _live(numbers, min(most, left))


async def _live(replays: Sequence[int], count: int) -> None:
    """One life of each worker."""
    workers = [await _start(replays) for _ in range(count)]
    try:
        codes = await asyncio.gather(*(worker.wait() for worker in workers))
    finally:
        await asyncio.gather(*map(_stop, workers))
    if _CANNOT_GO_ON in codes:
        raise WorkersFail("the workers cannot go on")
    if any(codes):
        log.warning("workers ended", replays=replays, codes=codes)


async def _start(replays: Sequence[int]) -> Process:
    command = [sys.executable, "-m", "replayer.worker", *map(str, replays)]
    return await asyncio.create_subprocess_exec(*command, stdin=DEVNULL)


async def _stop(worker: Process) -> None:
    if worker.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        worker.terminate()
    try:
        async with asyncio.timeout(_END_WITHIN_S):
            await worker.wait()
    except TimeoutError:
        worker.kill()
        await worker.wait()
