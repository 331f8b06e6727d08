"""Has hooks told what waits for them: so many at a time, whatever their number."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import UUID

import structlog

from jobs.rounds import Rounds
from jobs.webhooks.claims import Claimed, Claims
from jobs.webhooks.scan import Scan
from jobs.webhooks.sending import TIME_LIMIT_S
from jobs.webhooks.telling import Telling
from jobs.webhooks.told import Happened

_logger = structlog.get_logger()
MOST = 64
"""Messages in flight of one process."""
AT_ONCE = 16
"""To one hook."""
_LONGEST_S = 1.0
"""Another process may have entered something."""
_GATHER_S = 0.005
"""So that what becomes free meanwhile is filled by one statement."""


class Courier(Rounds):
    """Several at once share the work, and take over from one that dies."""

    def __init__(self, scan: Scan, claims: Claims, telling: Telling) -> None:
        super().__init__("webhooks are not told", _LONGEST_S, _GATHER_S)
        self._scan, self._claims, self._telling = scan, claims, telling
        self._under_way: dict[asyncio.Task[None], UUID] = {}

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """For as long as the context lasts; then what is under way has its time to end."""
        running = asyncio.create_task(self.run())
        try:
            yield
        finally:
            running.cancel()
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=TIME_LIMIT_S)
            for task in self._under_way:
                task.cancel()

    async def turn(self) -> float:
        """Begins what is due and has room; says how long there is nothing to do, in seconds."""
        if not await self._scan.catch_up():
            return _LONGEST_S
        if len(self._under_way) < MOST:
            taken = await self._claims.take(self._under_way.values(), MOST - len(self._under_way))
            for claimed, happened in zip(taken, await self._claims.happened(taken), strict=True):
                self._begin(claimed, happened)
        return max(0.0, min(_LONGEST_S, await self._claims.next_due_s()))

    def _begin(self, claimed: Claimed, happened: list[Happened]) -> None:
        task = asyncio.create_task(self._telling.tell(claimed, happened))
        self._under_way[task] = claimed.webhook
        task.add_done_callback(self._end)

    def _end(self, task: "asyncio.Task[None]") -> None:
        del self._under_way[task]
        self.wake()
        if not task.cancelled() and (error := task.exception()) is not None:
            # the lease ends, and the key is told again
            _logger.warning("a webhook was not told", cause=type(error).__name__, exc_info=error)
