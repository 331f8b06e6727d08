"""What has arrived of one partition and is not applied yet, and what is missing from it."""

import time
from collections import deque
from typing import NamedTuple

from engine.following.limits import EVENT_OVERHEAD_BYTES
from engine.log.records import StoredEvent


class Hole(NamedTuple):
    """Sequences that must be read from the log: those after `after`, up to `up_to`."""

    after: int
    up_to: int


class Window:
    """Arrived events of one partition in rising sequence, all above the last one applied."""

    def __init__(self) -> None:
        self.applied: int | None = None
        """The last sequence applied; None until the checkpoints are loaded."""
        self.progressed_at = time.monotonic()
        self.size_bytes = 0
        self.is_paused = False
        self._arrived: deque[StoredEvent] = deque()
        self._wanted = 0
        self._awaited_since: float | None = None

    def __len__(self) -> int:
        return len(self._arrived)

    def start(self, applied: int) -> None:
        """Takes the checkpoint as loaded; what it has passed is dropped."""
        self.applied = applied
        self._drop_through(applied)
        self._wanted = 0

    def offer(self, event: StoredEvent) -> bool:
        """Keeps an arrived event; False for a duplicate. One that comes late counts as missing: the log has it."""
        if event.sequence <= self._last():
            return False
        self._arrived.append(event)
        self.size_bytes += len(event.data) + EVENT_OVERHEAD_BYTES
        self._awaited_since = None
        return True

    def take(self, most: int, most_bytes: int) -> list[StoredEvent]:
        """The events that are next, without a hole; they stay here until `advance`."""
        taken: list[StoredEvent] = []
        needed, size_bytes = (self.applied or 0) + 1, 0
        for event in self._arrived:
            size_bytes += len(event.data)
            if event.sequence != needed or not event.data or len(taken) == most or (taken and size_bytes > most_bytes):
                break
            taken.append(event)
            needed += 1
        return taken

    def has_work(self) -> bool:
        return self.applied is not None and (bool(self._arrived) or self._wanted > self.applied)

    def hole(self) -> Hole | None:
        """What is missing before anything else can be applied."""
        applied = self.applied or 0
        if not self._arrived:
            return Hole(applied, self._wanted) if self._wanted > applied else None
        first = self._arrived[0]
        if first.sequence > applied + 1:
            return Hole(applied, first.sequence - 1)
        return None if first.data else Hole(applied, first.sequence)

    def advance(self, applied: int) -> None:
        self.applied = applied
        self.progressed_at = time.monotonic()
        self._drop_through(applied)

    def forget_first(self) -> None:
        """Drops an arrived event that the log does not have."""
        self.size_bytes -= len(self._arrived.popleft().data) + EVENT_OVERHEAD_BYTES

    def clear(self) -> None:
        self._arrived.clear()
        self.size_bytes = 0

    def expect(self, head: int, grace_s: float) -> bool:
        """Compares with the log's head: an event that did not arrive within the grace is wanted from the log."""
        now = time.monotonic()
        if self.applied is None or self._arrived or self.applied >= head:
            self._awaited_since = None
            return False
        if self._awaited_since is None:
            self._awaited_since = now
        if now - self._awaited_since < grace_s:
            return False
        self._wanted = head
        return True

    def _last(self) -> int:
        return self._arrived[-1].sequence if self._arrived else self.applied or 0

    def _drop_through(self, applied: int) -> None:
        while self._arrived and self._arrived[0].sequence <= applied:
            self.forget_first()
