"""Seeded ids in the shape of UUIDv7: the same seed gives the same ids, rising like real ones."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

_START_MS = 1_767_225_600_000
_START = datetime(2026, 1, 1, tzinfo=UTC)


class SeededIds:
    def __init__(self, random: Random) -> None:
        self._random, self._ms = random, _START_MS

    def next(self) -> UUID:
        self._ms += 1
        tail = self._random.getrandbits(74)
        return UUID(int=self._ms << 80 | 0x7 << 76 | (tail >> 62) << 64 | 0b10 << 62 | tail & ((1 << 62) - 1))

    @property
    def now(self) -> datetime:
        """The time of the newest id."""
        return _START + timedelta(milliseconds=self._ms - _START_MS)
