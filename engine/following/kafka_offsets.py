"""Which Kafka offset belongs to what has been applied."""

from collections import deque
from collections.abc import Iterable, Mapping

_REMEMBERED = 1_000
"""Batches a partition; beyond them the oldest hint is lost, which costs duplicates."""


class Offsets:
    """Remembers the last event of each delivered batch, until it is applied."""

    def __init__(self) -> None:
        self._delivered: dict[int, deque[tuple[int, int]]] = {}
        self._done: dict[int, int] = {}

    def delivered(self, last: Mapping[int, tuple[int, int]]) -> None:
        """`last`: for each partition of a batch, its last sequence and offset."""
        for partition, reached in last.items():
            self._delivered.setdefault(partition, deque(maxlen=_REMEMBERED)).append(reached)

    def applied(self, partition: int, sequence: int) -> None:
        waiting = self._delivered.get(partition)
        while waiting and waiting[0][0] <= sequence:
            self._done[partition] = waiting.popleft()[1] + 1

    def take(self) -> dict[int, int]:
        """For each partition that got on since the last call, the offset to start from next time."""
        done, self._done = self._done, {}
        return done

    def forget(self, partitions: Iterable[int]) -> None:
        for partition in partitions:
            self._delivered.pop(partition, None)
            self._done.pop(partition, None)
