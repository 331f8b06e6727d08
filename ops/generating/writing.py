"""Appends a generated history to a log, in order, with the groups full."""

import asyncio
from collections import deque
from collections.abc import Iterable
from itertools import islice

from engine.log.appender import Appender
from engine.log.records import Append, Appended
from ops.generating.encoding import StepEncoder
from ops.generating.history import History
from ops.progress import Progress

_GROUP = 256
_AHEAD = 3 * _GROUP
"""Appends under way: while one group is stored, the next is made."""
_BREATH = 16


async def write(url: str, history: History, *, seed: int, events: int, progress: Progress) -> Appended | None:
    """Appends that many events; gives where the last one is.

    Raises:
        VersionConflict: this seed was generated into this log before.
        LogUnavailable, OutcomeUnknown: the log was lost.
    """
    encoder = StepEncoder(seed)
    appender = Appender(url, max_group=_GROUP, deadline_s=60)
    await appender.start()
    try:
        return await _append_all(appender, map(encoder.append_of, islice(history.steps(), events)), progress)
    finally:
        await appender.stop()


async def _append_all(appender: Appender, appends: Iterable[Append], progress: Progress) -> Appended | None:
    under_way: deque[asyncio.Task[Appended]] = deque()
    last = None
    try:
        for append in appends:
            under_way.append(asyncio.create_task(appender.append(append)))
            if len(under_way) % _BREATH == 0:
                await asyncio.sleep(0)  # the group under way is still being sent
            if len(under_way) >= _AHEAD:
                last = await _settled(under_way, _AHEAD - _GROUP, progress)
        return await _settled(under_way, 0, progress) if under_way else last
    finally:
        await asyncio.gather(*under_way, return_exceptions=True)


async def _settled(under_way: deque[asyncio.Task[Appended]], keep: int, progress: Progress) -> Appended:
    count = len(under_way) - keep
    stored = await asyncio.gather(*(under_way.popleft() for _ in range(count)))
    progress.add(count)
    return stored[-1]
