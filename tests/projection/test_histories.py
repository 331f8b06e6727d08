"""Any history, however it is cut, delivered again, reordered, lost or interrupted, comes to the same tables."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.event import Event
from engine.following.contract import Feed, Receiver
from engine.following.limits import Limits
from engine.log.records import Recorded, StoredEvent
from engine.projection.contract import ReadModel
from engine.projection.memo import BatchMemo
from tests.following.running import following, until
from tests.projection.notebook import PARTITIONS, Desk, Notebook, open_desk
from tests.projection.notes import (
    NoteRemoved,
    NoteRetagged,
    NoteSeen,
    NoteWritten,
    notes_model,
    pages_model,
    sizes_model,
    versions_model,
)
from tests.servers import Cluster

_NOTE = st.sampled_from(("a", "b", "c", "d"))
_TAGS = st.lists(st.sampled_from(("x", "y", "z", "{,}")), max_size=3, unique=True).map(tuple)
_TABLES = (
    "notes",
    "note_tag_counts",
    "notes_by_tag",
    "note_sizes",
    "note_pages",
    "notes_with_number_of_tags",
    "note_versions",
)
_EVENT = st.one_of(
    st.builds(NoteWritten, note=_NOTE, text=st.sampled_from(("", "one", "\\ and ü")), tags=_TAGS),
    st.builds(NoteRetagged, note=_NOTE, tags=_TAGS),
    st.builds(NoteRemoved, note=_NOTE),
    st.builds(NoteSeen, note=_NOTE),
)


class UnreliableFeed(Feed):
    """Delivers a history in the order it is told, with what is doubled, late and lost in it, and nothing more."""

    grace_s = 0.0

    def __init__(self, deliveries: Sequence[Sequence[StoredEvent]]) -> None:
        self._deliveries = deliveries

    async def run(self, receiver: Receiver) -> None:
        receiver.assigned(set(range(PARTITIONS)))
        for delivery in self._deliveries:
            receiver.deliver(1, delivery)
            await asyncio.sleep(0)
        await asyncio.Event().wait()

    def pause(self, partitions: AbstractSet[int]) -> None: ...

    def resume(self, partitions: AbstractSet[int]) -> None: ...

    def applied(self, partition: int, sequence: int) -> None: ...


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(_EVENT, min_size=1, max_size=30), luck=st.randoms(use_true_random=False))
def test_any_history_comes_to_the_same_tables(postgres: Cluster, history: list[Event], luck: random.Random) -> None:
    log, read = postgres.copy("log"), postgres.copy("read")
    try:
        asyncio.run(_follow_and_compare(Notebook(log), open_desk(log, read), history, luck))
    finally:
        postgres.drop(log)
        postgres.drop(read)


async def _follow_and_compare(notebook: Notebook, opening: Any, history: list[Event], luck: random.Random) -> None:
    models = (notes_model(), sizes_model(), pages_model(), versions_model())
    async with opening as desk:
        events = await notebook.write(*history)
        for known in (len(events) // 3, len(events) // 2):  # these two are interrupted at once, whatever they did
            await _follow(desk, models, _deliveries(events[:known], luck), luck)
        await _follow(desk, models, _deliveries(events, luck), luck, events)
        assert await desk.tables(*_TABLES) == await _expected(desk, models, events)


async def _follow(
    desk: Desk,
    models: Sequence[ReadModel],
    deliveries: Sequence[Sequence[StoredEvent]],
    luck: random.Random,
    expected: Sequence[StoredEvent] = (),
) -> None:
    projector = desk.projector(*models)
    limits = Limits(batch_events=luck.randint(1, 9), beat_s=0.02, retry_s=0.01)
    async with following(projector, UnreliableFeed(deliveries), desk.reader, limits):
        await until(lambda: _is_done(projector, expected), "everything applied")


def _is_done(projector: Any, events: Sequence[StoredEvent]) -> bool:
    heads = {event.partition: event.sequence for event in events}
    return all(
        projection.sequences.get(partition) == head
        for projection in projector._projections or ()
        for partition, head in heads.items()
    ) and bool(projector._projections)


def _deliveries(events: Sequence[StoredEvent], luck: random.Random) -> list[list[StoredEvent]]:
    sent = [event for event in events if luck.random() > 0.1]
    sent += [event for event in events if luck.random() < 0.3]
    if luck.random() < 0.5:
        luck.shuffle(sent)
    cuts = sorted(luck.randint(0, len(sent)) for _ in range(4))
    return [list(sent[start:end]) for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]


async def _expected(
    desk: Desk, models: Sequence[ReadModel], events: Sequence[StoredEvent]
) -> Mapping[str, list[tuple[Any, ...]]]:
    """One event after another, in memory, without the engine."""
    recorded = await desk.batch(desk.store())._codec.decode_many(events, desk.batch(desk.store())._keyring)
    tables: dict[str, list[tuple[Any, ...]]] = {}
    for fold in (fold for model in models for fold in model.folds):
        rows, partitions = _fold_one_by_one(fold, recorded)
        tables[fold.table.name] = sorted(_as_stored(row) for row in rows.values())
        for counter in fold.contributions:
            sums: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
            for key, row in rows.items():
                for name, amounts in counter.amounts(row).items():
                    place = (*name, partitions[key])
                    sums[place] = [a + b for a, b in zip(sums[place], amounts, strict=True)]
            tables[counter.table.name] = sorted((*place, *amounts) for place, amounts in sums.items())
        for index in fold.index_rows:
            tables[index.table.name] = sorted(each for row in rows.values() for each in index.rows(row))
    return tables


def _fold_one_by_one(fold: Any, recorded: Sequence[Recorded]) -> tuple[dict[Any, Any], dict[Any, int]]:
    rows: dict[Any, Any] = {}
    partitions: dict[Any, int] = {}
    memo = BatchMemo()
    for each in recorded:
        if isinstance(each.event, fold.events):
            for key in fold.keys_of(each):
                partitions[key] = each.partition
                rows[key] = fold.fold(rows.get(key), each, memo)
    left = {key: row for key, row in rows.items() if row is not None}
    return {key: fold.finish(row, memo) if fold.finish else row for key, row in left.items()}, partitions


def _as_stored(row: Any) -> tuple[Any, ...]:
    """The row as asyncpg reads it back: arrays are lists, JSON is its text."""
    values = {name: getattr(row, name) for name in row.__slots__}
    if "tags" in values:
        values |= {"tags": list(values["tags"])}
    if "history" in values:
        values |= {"history": str(list(values["history"])), "mood": str(values["mood"])}
    return tuple(values.values())
