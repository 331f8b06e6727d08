"""A read model at work: one generation of it, how far it has got, and where it had to stop."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.following.contract import Head, foreign
from engine.log.records import StoredEvent
from engine.projection.checkpoints import Checkpoint, Move
from engine.projection.contract import ReadModel
from engine.projection.fold_tables import FoldTables
from engine.projection.generations import schema_of


class Projection:
    """One generation of a read model, as this process follows it."""

    def __init__(self, model: ReadModel, generation: int) -> None:
        self.model, self.generation = model, generation
        self.name = f"{model.name}_g{generation}"
        self.folds = tuple(FoldTables(schema_of(model.name, generation), fold) for fold in model.folds)
        self.reading = tuple(statement for each in self.folds for statement in each.rows.reading())
        self.writing = tuple(statement for each in self.folds for statement in each.writing())
        self.types = frozenset(kind.__name__ for fold in model.folds for kind in fold.events)
        self.epoch = 0
        self.sequences: dict[int, int] = {}
        self.stops: dict[int, str] = {}
        self.fault: str | None = None
        """Why no partition of it can be followed."""

    def start(self, checkpoints: Sequence[Checkpoint], head: Head) -> None:
        """Takes the checkpoints as loaded, unless they are not of this log."""
        self.fault = None
        epochs = {checkpoint.epoch for checkpoint in checkpoints}
        self.sequences = {checkpoint.partition: checkpoint.sequence for checkpoint in checkpoints}
        if len(epochs) != 1 or len(self.sequences) != len(head.sequences):
            self.fault = (
                f"{len(self.sequences)} checkpoints of {len(epochs)} epochs for {len(head.sequences)} partitions"
            )
            return
        [self.epoch] = epochs
        self.fault = foreign(head, self.epoch, self.sequences)

    def follows(self, partition: int) -> bool:
        return self.fault is None and partition not in self.stops

    def reason(self, partition: int) -> str:
        return f"{self.name}: {self.fault or self.stops.get(partition)}"

    def after_checkpoint(self, partition: int, events: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        """What of a dense run of events is not applied yet."""
        if not self.follows(partition) or not events:
            return ()
        known = self.sequences[partition] - events[0].sequence + 1
        return events[known:] if known > 0 else events

    def move(self, first: StoredEvent, last: StoredEvent) -> Move:
        return Move(self.model.name, self.generation, first.partition, self.epoch, first.sequence - 1, last.sequence)

    def moved(self, moves: Sequence[Move]) -> None:
        for move in moves:
            self.sequences[move.partition] = move.after


class Slice(NamedTuple):
    """Events for one projection: dense and in order in each partition, partition after partition."""

    projection: Projection
    events: Sequence[StoredEvent]

    def moves(self) -> list[Move]:
        bounds: dict[int, tuple[StoredEvent, StoredEvent]] = {}
        for event in self.events:
            first, _ = bounds.get(event.partition, (event, event))
            bounds[event.partition] = (first, event)
        return [self.projection.move(first, last) for first, last in bounds.values()]

    def halves(self) -> "tuple[Slice, Slice]":
        middle = len(self.events) // 2
        return Slice(self.projection, self.events[:middle]), Slice(self.projection, self.events[middle:])


def least_sequences(projections: Sequence[Projection], partitions: int) -> Mapping[int, int]:
    """Where each partition must be read from, so that no projection that follows it misses anything."""
    found: dict[int, int] = {}
    for partition in range(partitions):
        reached = [each.sequences[partition] for each in projections if each.follows(partition)]
        if reached:
            found[partition] = min(reached)
    return found
