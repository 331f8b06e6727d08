"""The bus that needs no broker: tails the log itself, in position order."""

import asyncio
from collections.abc import Set as AbstractSet

import structlog

from engine.following.contract import Head, Log, Receiver
from engine.following.healing import UNREACHABLE
from engine.following.patience import Patience

log = structlog.get_logger()


class LogFeed:
    """Owns all partitions. A second process that does the same is safe, and useless: checkpoints are compared and set.

    Args:
        busy_s: the wait after events were found; it grows up to `idle_s` while nothing comes.
    """

    grace_s = 0.0

    def __init__(self, reader: Log, *, page_events: int = 2_000, busy_s: float = 0.005, idle_s: float = 0.1) -> None:
        self._reader, self._page_events = reader, page_events
        self._busy_s, self._idle_s = busy_s, idle_s
        self._patience = Patience(idle_s, 5.0)
        self._paused: set[int] = set()
        self._has_room = asyncio.Event()
        self._has_room.set()

    async def run(self, receiver: Receiver) -> None:
        head = await self._first_head()
        receiver.assigned(set(range(len(head.sequences))))
        position, wait_s = head.position, self._busy_s  # what lies before is a hole, and the receiver fills it
        while True:
            await self._has_room.wait()
            try:
                found = await self._page(receiver, position)
            except UNREACHABLE as error:
                log.warning("the log cannot be read", error=repr(error))
                await self._patience.wait()
                continue
            self._patience.reset()
            wait_s = self._busy_s if found > position else min(wait_s * 1.5, self._idle_s)
            position = found
            await asyncio.sleep(wait_s)

    def pause(self, partitions: AbstractSet[int]) -> None:
        self._paused |= partitions
        self._has_room.clear()

    def resume(self, partitions: AbstractSet[int]) -> None:
        self._paused -= partitions
        if not self._paused:
            self._has_room.set()

    def applied(self, partition: int, sequence: int) -> None:
        """Keeps no offsets."""

    async def _page(self, receiver: Receiver, position: int) -> int:
        events = await self._reader.all(position, limit=self._page_events)
        if not events:
            return position
        # read after the events: had they been of another epoch, the head would say so
        head = await self._reader.head()
        receiver.deliver(head.epoch, events)
        return events[-1].position

    async def _first_head(self) -> Head:
        while True:
            try:
                return await self._reader.head()
            except UNREACHABLE as error:
                log.warning("the log's head cannot be read", error=repr(error))
                await self._patience.wait()
