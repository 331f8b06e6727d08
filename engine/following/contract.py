"""What following the log needs from its neighbours: who consumes, who carries events, who holds the log."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from engine.log.records import StoredEvent


class CheckpointMoved(Exception):  # noqa: N818 - named for the fact
    """Another owner has moved a checkpoint; nothing was applied. The follower loads the checkpoints again."""


class StoreUnavailable(Exception):  # noqa: N818 - named for the fact
    """The consumer's store cannot be reached; the batch may or may not have been applied. Loaded again, tried again."""


class Head(Protocol):
    """How far the log has got. `sequences` holds the last sequence of each partition, 0 when it is empty."""

    @property
    def epoch(self) -> int: ...
    @property
    def position(self) -> int: ...
    @property
    def sequences(self) -> Sequence[int]: ...


class Log(Protocol):
    """The part of `LogReader` that followers use."""

    async def head(self) -> Head: ...

    async def all(self, after: int, *, limit: int) -> list[StoredEvent]: ...

    async def partition(
        self, partition: int, after_sequence: int, *, limit: int, up_to: int | None = None, max_bytes: int = ...
    ) -> list[StoredEvent]: ...


class Consumer(Protocol):
    """Something that applies every event of its partitions once, in order, and keeps its own checkpoints."""

    @property
    def name(self) -> str:
        """Names it in logs and metrics, such as `projectors`."""

    async def load(self, head: Head) -> Mapping[int, int]:
        """Reads the checkpoints: for each partition the last sequence applied, 0 for none.

        Called at the start, and after `CheckpointMoved` and `StoreUnavailable`. A checkpoint that `foreign` finds
        fault with must never be followed.

        Raises:
            ForeignHistory: the checkpoints are not of this log's history.
            StoreUnavailable: the store cannot be reached.
        """

    async def apply(self, batches: Mapping[int, Sequence[StoredEvent]]) -> None:
        """Applies, and commits together with the checkpoints by compare-and-set.

        Each partition's events are dense and begin right after its checkpoint. On return all are applied, but in
        the partitions that `stopped` names.

        Raises:
            CheckpointMoved: another owner was there.
            StoreUnavailable: the store cannot be reached.
        """

    def stopped(self) -> Mapping[int, str]:
        """The partitions that cannot go on until the process starts anew, each with the reason."""


class ForeignHistory(Exception):  # noqa: N818 - named for the fact
    """The checkpoints belong to another epoch of the log, or lie beyond its head: an operator must decide."""


def foreign(head: Head, epoch: int, sequences: Mapping[int, int]) -> str | None:
    """Says why checkpoints cannot belong to the history that `head` ends; None when they can."""
    if epoch != head.epoch:
        return f"checkpoints are of epoch {epoch}, the log is of epoch {head.epoch}"
    for partition, sequence in sequences.items():
        if partition >= len(head.sequences):
            return f"there is a checkpoint for partition {partition}, the log has {len(head.sequences)} partitions"
        if sequence > head.sequences[partition]:
            return f"partition {partition} is at {sequence}, beyond the log's head {head.sequences[partition]}"
    return None


class Receiver(Protocol):
    """Where a feed hands over what arrives. Nothing here waits for the consumer, but `revoked`."""

    def assigned(self, partitions: AbstractSet[int]) -> None: ...

    async def revoked(self, partitions: AbstractSet[int]) -> None:
        """Stops the work on these partitions; on return the consumer is not applying any of them."""

    def deliver(self, epoch: int, events: Sequence[StoredEvent]) -> None:
        """Takes events in any order and number of times; an empty `data` means that it is only in the log."""


class Feed(Protocol):
    """Carries new events to a receiver. It may lose, double and reorder: the receiver heals from the log."""

    @property
    def grace_s(self) -> float:
        """How long an event may be on its way before it is fetched from the log instead."""

    async def run(self, receiver: Receiver) -> None:
        """Delivers until cancelled."""

    def pause(self, partitions: AbstractSet[int]) -> None:
        """Holds back these partitions: more than the receiver wants to keep has arrived."""

    def resume(self, partitions: AbstractSet[int]) -> None: ...

    def applied(self, partition: int, sequence: int) -> None:
        """Hears that a partition's events up to `sequence` are applied and committed."""
