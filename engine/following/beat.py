"""The slow beat: compares every owned partition with the log's head, whatever the feed delivers."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping

import structlog

from engine.following.contract import Head, Log, foreign
from engine.following.healing import UNREACHABLE
from engine.following.inbox import Inbox
from engine.following.limits import Limits
from engine.following.metrics import FollowerMetrics
from engine.following.watchdog import Watchdog

log = structlog.get_logger()


class Beat:
    """Finds holes at the end of quiet partitions, a foreign history, and partitions that are stuck."""

    def __init__(self, name: str, inbox: Inbox, reader: Log, limits: Limits, metrics: FollowerMetrics) -> None:
        self.at = time.monotonic()
        """When the head was last read."""
        self._name, self._inbox, self._reader, self._limits, self._metrics = name, inbox, reader, limits, metrics
        self._watchdog = Watchdog(name, limits.stuck_s)

    async def run(
        self, grace_s: float, stopped: Callable[[], Mapping[int, str]], on_foreign: Callable[[str], None]
    ) -> None:
        """Beats until cancelled.

        Raises:
            Stuck: a partition made no progress for too long; the process must start anew.
        """
        while True:
            # read before the head: a checkpoint that moves meanwhile is not beyond it
            applied = {p: w.applied for p, w in self._inbox.windows.items() if w.applied is not None}
            try:
                head = await self._reader.head()
            except UNREACHABLE as error:
                log.warning("the log's head cannot be read", consumer=self._name, error=repr(error))
            else:
                self._compare(head, applied, grace_s, stopped(), on_foreign)
            with contextlib.suppress(TimeoutError):
                # not wait_for: in Python 3.11 it may lose a cancellation when the event is set at that moment
                async with asyncio.timeout(self._limits.beat_s):
                    await self._inbox.suspicion.wait()

    def _compare(
        self,
        head: Head,
        applied: Mapping[int, int],
        grace_s: float,
        stopped: Mapping[int, str],
        on_foreign: Callable[[str], None],
    ) -> None:
        self.at = time.monotonic()
        self._metrics.beat.labels(self._name).set_to_current_time()
        self._inbox.suspicion.clear()
        reason = foreign(head, self._inbox.epoch, applied)
        if reason:
            on_foreign(reason)
            return
        self._expect(head, grace_s)
        self._watchdog.check(self._inbox.windows, head, stopped)

    def _expect(self, head: Head, grace_s: float) -> None:
        for partition, window in self._inbox.windows.items():
            if partition >= len(head.sequences):
                continue
            lag = head.sequences[partition] - (window.applied or 0)
            self._metrics.lag.labels(self._name, str(partition)).set(max(lag, 0))
            if window.expect(head.sequences[partition], grace_s):
                self._inbox.wake.set()
