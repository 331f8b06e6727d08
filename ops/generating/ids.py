"""Seeded ids in the shape of UUIDv7: the same seed gives the same ids, rising like real ones."""

from random import Random
from uuid import UUID

_START_MS = 1_767_225_600_000  # 2026-01-01


class SeededIds:
    def __init__(self, random: Random) -> None:
        self._random, self._ms = random, _START_MS

    def next(self) -> UUID:
        self._ms += 1
        tail = self._random.getrandbits(74)
        return UUID(int=self._ms << 80 | 0x7 << 76 | (tail >> 62) << 64 | 0b10 << 62 | tail & ((1 << 62) - 1))
