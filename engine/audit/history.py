"""Makes sure that checkpoints and the log are of one history: otherwise every comparison would be a false alarm."""

from typing import Any

import asyncpg

from engine.audit.snapshot import Reached
from engine.following.contract import ForeignHistory, foreign
from engine.log.reader import LogReader


async def require_same_history(log: "asyncpg.Pool[Any]", seen: Reached) -> None:
    """Looks at the log after the snapshot was taken, so that it can only be ahead.

    Raises:
        ForeignHistory: the log was restored, or is another one.
    """
    fault = foreign(await LogReader(log).head(), seen.epoch, seen.sequences)
    if fault:
        raise ForeignHistory(fault)
