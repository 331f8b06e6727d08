import asyncio
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text

from engine.following.contract import CheckpointMoved, StoreUnavailable
from engine.projection.contract import ReadModel
from tests.projection.locking import checkpoints_locked, disconnect_waiting
from tests.projection.notebook import Desk, Notebook, by_partition
from tests.projection.notes import (
    NoteRemoved,
    NoteRetagged,
    NoteSeen,
    NoteWritten,
    Shouting,
    notes_model,
    pages_model,
    sizes_model,
)
from tests.servers import Database


async def test_a_batch_becomes_rows_counters_and_derived_rows(notebook: Notebook, desk: Desk) -> None:
    events = await notebook.write(
        NoteWritten(note="a", text="hello", tags=("x", 'with "quotes", commas and \\')),
        NoteWritten(note="b", text="you", tags=("x",)),
        NoteRetagged(note="a", tags=("y", "x")),
        NoteSeen(note="a"),
    )
    projector = await desk.loaded(notes_model(), sizes_model())
    await projector.apply(by_partition(events))
    [a, b] = await desk.rows("serving.notes")
    assert a[:7] == ("a", "hello", "HELLO", ["y", "x"], "edited", "[1]", 1)
    assert b[:7] == ("b", "you", "YOU", ["x"], "fresh", "[1]", 0)
    assert [(tag, *amounts) for tag, _, *amounts in await desk.rows("serving.note_tag_counts")] in (
        [("x", 1, 3), ("x", 1, 5), ("y", 1, 5)],
        [("x", 1, 5), ("x", 1, 3), ("y", 1, 5)],
        [("x", 2, 8), ("y", 1, 5)],
    )
    assert await desk.rows("serving.notes_by_tag") == [("x", "a"), ("x", "b"), ("y", "a")]
    assert await desk.rows("serving.note_sizes") == [("a", 5), ("b", 3)]


async def test_a_removed_row_takes_its_counters_and_derived_rows_along(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(notes_model(), sizes_model())
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="hello", tags=("x", "y")))))
    await projector.apply(by_partition(await notebook.write(NoteRemoved(note="a"))))
    names = ("notes", "note_tag_counts", "notes_by_tag", "note_sizes")
    assert await desk.tables(*names) == {name: [] for name in names}


async def test_wide_columns_stay_where_an_event_only_hands_them_on(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(pages_model())
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="hello"))))
    await projector.apply(by_partition(await notebook.write(NoteRetagged(note="a", tags=("x",)))))
    assert await desk.rows("serving.note_pages") == [("a", "hello", ["x"], "h")]


async def test_a_derived_row_may_change_in_what_is_not_its_key(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(pages_model())
    for tags in (("x",), ("x", "y")):
        await projector.apply(by_partition(await notebook.write(NoteRetagged(note="a", tags=tags))))
        await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="hello", tags=tags))))
        assert await desk.rows("serving.notes_with_number_of_tags") == [("a", len(tags))]
    assert await desk.rows("projection.parked") == []


async def test_a_fold_that_writes_what_it_was_not_given_is_parked(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(pages_model(is_honest=False))
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="hello"))))
    await projector.apply(by_partition(await notebook.write(NoteRetagged(note="a", tags=("x",)))))
    assert await desk.rows("serving.note_pages") == [("a", "hello", [], "h")]
    assert [row[6] for row in await desk.rows("projection.parked")] == ["NoteRetagged"]


async def test_an_event_that_nobody_subscribed_to_only_moves_the_checkpoint(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(sizes_model())
    [event] = await notebook.write(NoteSeen(note="a"))
    await projector.apply({event.partition: [event]})
    assert await desk.rows("serving.note_sizes") == []
    assert (await projector.load(await desk.reader.head()))[event.partition] == 1


async def test_a_new_process_goes_on_where_the_last_one_committed(notebook: Notebook, desk: Desk) -> None:
    first, second = await notebook.write(NoteWritten(note="a", text="one"), NoteWritten(note="a", text="three"))
    await (await desk.loaded(sizes_model())).apply({first.partition: [first]})
    again = await desk.loaded(sizes_model())
    assert (await again.load(await desk.reader.head()))[first.partition] == 1
    await again.apply({second.partition: [second]})
    assert await desk.rows("serving.note_sizes") == [("a", 5)]


async def test_a_second_owner_fails_and_nothing_is_doubled(notebook: Notebook, desk: Desk) -> None:
    one, other = await desk.loaded(notes_model()), await desk.loaded(notes_model())
    batches = by_partition(await notebook.write(NoteWritten(note="a", text="hello", tags=("x",))))
    await one.apply(batches)
    with pytest.raises(CheckpointMoved):
        await other.apply(batches)
    [(_, _, *amounts)] = await desk.rows("serving.note_tag_counts")
    assert amounts == [1, 5]


async def test_models_at_different_checkpoints_each_take_what_they_lack(notebook: Notebook, desk: Desk) -> None:
    first = await notebook.write(NoteWritten(note="a", text="hello", tags=("x",)))
    await (await desk.loaded(notes_model())).apply(by_partition(first))
    both = await desk.loaded(notes_model(), sizes_model())
    partition = first[0].partition
    assert (await both.load(await desk.reader.head()))[partition] == 0
    await both.apply(by_partition([*first, *await notebook.write(NoteRetagged(note="a", tags=()))]))
    [note] = await desk.rows("serving.notes")
    assert note[6] == 1
    assert await desk.rows("serving.note_sizes") == [("a", 5)]


async def test_a_database_that_is_away_is_no_poison(notebook: Notebook, desk: Desk, read_database: Database) -> None:
    projector = await desk.loaded(sizes_model())
    batches = by_partition(await notebook.write(NoteWritten(note="a", text="hello")))
    async with checkpoints_locked(read_database) as admin:
        applying = asyncio.create_task(projector.apply(batches))
        await disconnect_waiting(admin)
        with pytest.raises(StoreUnavailable):
            await applying
    assert await desk.rows("projection.parked") == []
    await projector.load(await desk.reader.head())
    await projector.apply(batches)
    assert await desk.rows("serving.note_sizes") == [("a", 5)]


async def test_a_text_is_rendered_once_and_forgotten_with_its_note(notebook: Notebook, desk: Desk) -> None:
    shouting = Shouting()
    projector = await desk.loaded(notes_model(shouting=shouting))
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="hello"))))
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="hello"))))
    assert shouting.count == 1
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="changed"))))
    assert [row[4] for row in await desk.rows("projection.memo")] == ["CHANGED"]
    await projector.apply(by_partition(await notebook.write(NoteRemoved(note="a"))))
    assert await desk.rows("projection.memo") == []


async def test_a_text_that_its_own_batch_replaces_or_removes_is_not_kept(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(notes_model())
    events = await notebook.write(
        NoteWritten(note="a", text="hello"),
        NoteWritten(note="a", text="changed"),
        NoteWritten(note="b", text="secret"),
        NoteRemoved(note="b"),
    )
    await projector.apply(by_partition(events))
    assert [row[4] for row in await desk.rows("projection.memo")] == ["CHANGED"]


async def test_two_projectors_that_start_at_once_make_one_generation(desk: Desk) -> None:
    await asyncio.gather(*(desk.loaded(notes_model()) for _ in range(3)))
    assert [row[:4] for row in await desk.rows("projection.generations")] == [("notes", 1, 1, "serving")]


async def test_a_model_of_another_version_than_the_served_one_is_not_followed(notebook: Notebook, desk: Desk) -> None:
    await desk.loaded(notes_model())
    newer = await desk.loaded(notes_model(version=2), sizes_model())
    await newer.apply(by_partition(await notebook.write(NoteWritten(note="a", text="hello"))))
    [told] = newer.readiness()
    assert "a new generation must be built" in told
    assert await desk.rows("serving.note_sizes") == [("a", 5)]
    assert await desk.rows("serving.notes") == []


async def test_a_table_that_changed_without_a_new_version_is_not_written(notebook: Notebook, desk: Desk) -> None:
    await desk.loaded(notes_model(), sizes_model())
    [changed, *_] = sizes_model().folds
    wider = Table(
        "note_sizes",
        MetaData(),
        Column("note", Text, primary_key=True),
        Column("size", Integer),
        Column("bytes", Integer),
    )
    projector = await desk.loaded(ReadModel("note_sizes", 1, (replace(changed, table=wider, row=WiderRow),)))
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="hello"))))
    [told] = projector.readiness()
    assert "the table note_sizes has changed and the version is still 1" in told


@dataclass(frozen=True, slots=True)
class WiderRow:
    note: str
    size: int
    bytes: int
