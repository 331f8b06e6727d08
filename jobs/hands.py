"""Hands what Dramatiq's threads take to the loop: so many attempts at once, and the thread waits while all are busy."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from jobs.upkeep import Due

_logger = structlog.get_logger()

Attempt = Callable[[Due], Coroutine[Any, Any, None]]


class Hands:
    """Of one queue. Made on the loop."""

    def __init__(self, attempt: Attempt, at_once: int) -> None:
        self._attempt, self._loop = attempt, asyncio.get_running_loop()
        self._free = threading.Semaphore(at_once)
        self._at_work: set[asyncio.Task[None]] = set()

    def take(self, due: Due) -> None:
        """Called in another thread: waits for a free hand, not for the attempt."""
        self._free.acquire()
        self._loop.call_soon_threadsafe(self._begin, due)

    async def rest(self, timeout_s: float) -> None:
        """Waits for what is at work to end."""
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=timeout_s)

    def _begin(self, due: Due) -> None:
        task = self._loop.create_task(self._attempt(due))
        self._at_work.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: "asyncio.Task[None]") -> None:
        self._at_work.discard(task)
        self._free.release()
        if not task.cancelled() and (error := task.exception()):
            _logger.warning("an attempt was not made or not recorded", cause=type(error).__name__, exc_info=error)
