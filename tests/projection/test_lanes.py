from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from engine.following.contract import CheckpointMoved
from engine.log.records import StoredEvent
from engine.projection.lanes import divided
from engine.projection.projector import Projector
from tests.projection.notebook import Desk, Notebook, by_partition
from tests.projection.notes import NoteRetagged, NoteWritten, notes_model, pages_model, sizes_model

_MANY = [NoteWritten(note=f"n{number}", text=f"text {number}", tags=("x",)) for number in range(400)]


@asynccontextmanager
async def _statements(projector: Projector) -> AsyncIterator[list[str]]:
    """What is sent to the database meanwhile."""
    seen: list[str] = []

    def note(query: Any) -> None:
        seen.append(query.query)

    connections = [await lane.batch.store.connection() for lane in projector._lanes]
    for connection in connections:
        connection.add_query_logger(note)
    yield seen
    for connection in connections:
        connection.remove_query_logger(note)


def _commits(statements: Sequence[str]) -> int:
    return sum(each.startswith("COMMIT") for each in statements)


async def test_a_small_batch_is_one_transaction_of_few_statements(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(notes_model(), sizes_model(), pages_model())
    await projector.apply(by_partition(await notebook.write(_MANY[-1])))  # the driver looks types up once
    events = await notebook.write(NoteWritten(note="a", text="hello", tags=("x",)), *_MANY[:10])
    async with _statements(projector) as seen:
        await projector.apply(by_partition(events))
        await projector.apply(by_partition(await notebook.write(NoteRetagged(note="a", tags=("y",)))))
    assert _commits(seen) == 2
    drafted, retagged = seen[: seen.index("COMMIT;") + 1], seen[seen.index("COMMIT;") + 1 :]
    assert len(drafted) == 5, "begin, checkpoints and parked keys, rows, writes, commit"
    assert len(retagged) == 5
    assert set(retagged) == set(drafted), "whatever is touched, the driver has the texts prepared"


async def test_a_large_batch_is_a_transaction_a_lane(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(notes_model(), sizes_model())
    async with _statements(projector) as seen:
        await projector.apply(by_partition(await notebook.write(*_MANY)))
    assert _commits(seen) == 2
    assert len(await desk.rows("serving.notes")) == len(_MANY)


async def test_lanes_share_whole_partitions_evenly(notebook: Notebook) -> None:
    batches = by_partition(await notebook.write(*_MANY))
    shares = divided(batches, 3)
    assert {partition: run for share in shares for partition, run in share.items()} == batches
    assert sum(map(len, shares)) == len(batches)
    sizes = [sum(map(len, share.values())) for share in shares]
    assert max(sizes) - min(sizes) < len(_MANY) / 10
    assert divided({3: batches[3]}, 3) == [{3: batches[3]}]


async def test_a_lane_that_fails_leaves_the_work_of_the_others(notebook: Notebook, desk: Desk) -> None:
    one, other = await desk.loaded(notes_model()), await desk.loaded(notes_model())
    batches = by_partition(await notebook.write(*_MANY))
    failing, lasting = divided(batches, 2)
    stolen = min(failing)
    await other.apply({stolen: batches[stolen]})
    with pytest.raises(CheckpointMoved):
        await one.apply(batches)
    after = await one.load(await desk.reader.head())
    assert {partition for partition in batches if after[partition]} == {*lasting, stolen}
    await one.apply(_behind(batches, after))
    assert len(await desk.rows("serving.notes")) == len(_MANY)
    assert sum(notes for _, _, notes, _ in await desk.rows("serving.note_tag_counts")) == len(_MANY)


async def test_poison_in_each_lane_is_parked_and_every_other_event_flows(notebook: Notebook, desk: Desk) -> None:
    batches = by_partition(await notebook.write(*_MANY))
    poisoned = [_texts(next(iter(share.values())))[-1] for share in divided(batches, 2)]
    projector = await desk.loaded(notes_model(poison=set(poisoned)), sizes_model())
    await projector.apply(batches)
    assert len(await desk.rows("serving.notes")) == len(_MANY) - 2
    assert len(await desk.rows("serving.note_sizes")) == len(_MANY)
    parked = {f"text {row[3].removeprefix('n')}" for row in await desk.rows("projection.parked")}
    assert parked == set(poisoned)


def _behind(batches: dict[int, list[StoredEvent]], after: Any) -> dict[int, list[StoredEvent]]:
    return {partition: run for partition, run in batches.items() if after[partition] < run[0].sequence}


def _texts(run: Sequence[StoredEvent]) -> list[str]:
    return [f"text {event.key.removeprefix('n')}" for event in run]
