import asyncio
from dataclasses import replace

import pytest

from engine.projection.contract import ReadModel
from engine.projection.parking import NotParked
from engine.projection.projection import Projection
from engine.projection.release import StillPoisoned
from tests.projection.locking import checkpoints_locked, until_someone_waits
from tests.projection.notebook import Desk, Notebook, by_partition
from tests.projection.notes import NoteRetagged, NoteSeen, NoteWritten, SizeRow, notes_model, sizes_model
from tests.servers import Database


async def test_a_poisonous_event_is_parked_and_every_other_flows(notebook: Notebook, desk: Desk) -> None:
    many = [NoteWritten(note=f"n{number}", text="fine") for number in range(50)]
    events = await notebook.write(*many[:23], NoteWritten(note="bad", text="poison"), *many[23:])
    projector = await desk.loaded(notes_model(poison={"poison"}), sizes_model())
    await projector.apply(by_partition(events))
    assert len(await desk.rows("serving.notes")) == 50
    assert len(await desk.rows("serving.note_sizes")) == 51
    [parked] = await desk.rows("projection.parked")
    assert parked[:2] == ("notes", 1)
    assert (parked[3], parked[6], parked[7], parked[9]) == ("bad", "NoteWritten", "builtins.ValueError", 3)


async def test_what_is_kept_of_an_error_quotes_nothing_of_the_event(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(notes_model(poison={"a secret"}))
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="bad", text="a secret"))))
    [parked] = await desk.rows("projection.parked")
    assert "secret" not in str(parked)
    assert "notes.py" in parked[8]


async def test_a_value_that_the_database_refuses_is_parked_as_well(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(notes_model())
    good, bad = NoteWritten(note="a", text="x"), NoteWritten(note="b", text="x", tags=("y" * 1_000_000,))
    await projector.apply(by_partition(await notebook.write(good, bad)))
    assert [row[0] for row in await desk.rows("serving.notes")] == ["a"]
    assert [row[3] for row in await desk.rows("projection.parked")] == ["b"]


async def test_a_fold_that_writes_another_row_than_its_own_is_parked(notebook: Notebook, desk: Desk) -> None:
    [fold] = sizes_model().folds
    model = ReadModel("note_sizes", 1, (replace(fold, fold=lambda *_: SizeRow("another", 1)),))
    projector = await desk.loaded(model)
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="x"))))
    assert await desk.rows("serving.note_sizes") == []
    assert [row[7] for row in await desk.rows("projection.parked")] == ["engine.projection.fold_tables.FoldBroken"]


async def test_later_events_of_a_parked_key_wait_behind_it(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(notes_model(poison={"poison"}))
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="bad", text="poison"))))
    later = await notebook.write(
        NoteWritten(note="bad", text="fine"), NoteSeen(note="bad"), NoteWritten(note="good", text="fine")
    )
    await projector.apply(by_partition(later))
    assert [row[0] for row in await desk.rows("serving.notes")] == ["good"]
    assert [(row[4], row[7]) for row in await desk.rows("projection.parked")] == [
        (1, "builtins.ValueError"),
        (2, None),
    ]


async def test_a_released_key_is_folded_in_order(notebook: Notebook, desk: Desk) -> None:
    poison = {"poison"}
    model = notes_model(poison=poison)
    projector = await desk.loaded(model)
    events = await notebook.write(
        NoteWritten(note="bad", text="poison", tags=("x",)),
        NoteRetagged(note="bad", tags=("y",)),
        NoteWritten(note="bad", text="last", tags=("z",)),
    )
    await projector.apply(by_partition(events))
    poison.clear()
    assert await desk.release().release(model, "bad") == 3
    assert await desk.rows("projection.parked") == []
    [note] = await desk.rows("serving.notes")
    assert note[:7] == ("bad", "last", "LAST", ["z"], "edited", "[1, 3]", 2)
    assert [row[0] for row in await desk.rows("serving.note_tag_counts")] == ["z"]
    await projector.apply(by_partition(await notebook.write(NoteRetagged(note="bad", tags=()))))
    [note] = await desk.rows("serving.notes")
    assert note[6] == 3


async def test_a_release_that_fails_again_leaves_the_rest_parked(notebook: Notebook, desk: Desk) -> None:
    model = notes_model(poison={"poison", "venom"})
    projector = await desk.loaded(model)
    await projector.apply(
        by_partition(await notebook.write(NoteWritten(note="bad", text="poison"), NoteWritten(note="bad", text="fine")))
    )
    with pytest.raises(StillPoisoned):
        await desk.release().release(model, "bad")
    assert [(row[4], row[9]) for row in await desk.rows("projection.parked")] == [(1, 4), (2, 0)]
    assert await desk.rows("serving.notes") == []


async def test_a_release_folds_what_is_good_before_it_fails_again(notebook: Notebook, desk: Desk) -> None:
    poison = {"poison", "venom"}
    model = notes_model(poison=poison)
    projector = await desk.loaded(model)
    texts = ["poison", *map(str, range(20)), "venom", "last"]
    await projector.apply(by_partition(await notebook.write(*(NoteWritten(note="bad", text=text) for text in texts))))
    poison.remove("poison")
    with pytest.raises(StillPoisoned):
        await desk.release().release(model, "bad")
    assert [row[1] for row in await desk.rows("serving.notes")] == ["19"]
    assert [(row[4], row[7]) for row in await desk.rows("projection.parked")] == [
        (22, "builtins.ValueError"),
        (23, None),
    ]


async def test_a_retry_folds_the_first_event_alone(notebook: Notebook, desk: Desk) -> None:
    poison = {"poison"}
    model = notes_model(poison=poison)
    projector = await desk.loaded(model)
    await projector.apply(
        by_partition(await notebook.write(NoteWritten(note="bad", text="poison"), NoteWritten(note="bad", text="fine")))
    )
    with pytest.raises(StillPoisoned):
        await desk.release().retry(model, "bad")
    poison.clear()
    assert await desk.release().retry(model, "bad") == 1
    assert [row[1] for row in await desk.rows("serving.notes")] == ["poison"]
    assert [row[4] for row in await desk.rows("projection.parked")] == [2]


async def test_code_of_another_version_folds_nothing_that_is_parked(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(notes_model(poison={"poison"}))
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="bad", text="poison"))))
    assert await desk.release().release(notes_model(version=2), "bad") == 0
    assert len(await desk.rows("projection.parked")) == 1


async def test_a_release_waits_for_the_batch_in_hand(notebook: Notebook, desk: Desk, read_database: Database) -> None:
    poison = {"poison"}
    model = notes_model(poison=poison)
    projector = await desk.loaded(model)
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="bad", text="poison"))))
    poison.clear()
    async with checkpoints_locked(read_database) as admin:
        releasing = asyncio.create_task(desk.release().release(model, "bad"))
        await until_someone_waits(admin)
        assert len(await desk.rows("projection.parked")) == 1
    assert await releasing == 1


async def test_only_the_first_parked_event_of_a_key_can_be_released(notebook: Notebook, desk: Desk) -> None:
    poison = {"poison"}
    projector = await desk.loaded(notes_model(poison=poison))
    _, second = await notebook.write(NoteWritten(note="bad", text="poison"), NoteWritten(note="bad", text="fine"))
    await projector.apply(by_partition(notebook.events))
    with pytest.raises(NotParked):
        await desk.batch(desk.store()).refold(Projection(notes_model(), 1), [second])
    assert len(await desk.rows("projection.parked")) == 2


async def test_an_event_of_the_future_stops_its_partition_for_every_model(notebook: Notebook, desk: Desk) -> None:
    events = await notebook.write(NoteWritten(note="a", text="one"))
    events += await notebook.write_raw([("a", "NoteTranslated", 1, "{}")])
    events += await notebook.write(NoteWritten(note="a", text="three"), NoteWritten(note="b", text="other"))
    projector = await desk.loaded(notes_model(), sizes_model())
    await projector.apply(by_partition(events))
    partition = events[0].partition
    assert [row[:2] for row in await desk.rows("serving.notes")] == [("a", "one"), ("b", "other")]
    assert "NoteTranslated is unknown to this code" in projector.stopped()[partition]
    again = await desk.loaded(notes_model(), sizes_model())
    assert (await again.load(await desk.reader.head()))[partition] == 1


async def test_a_newer_schema_version_stops_only_the_models_that_want_the_event(notebook: Notebook, desk: Desk) -> None:
    events = await notebook.write(NoteWritten(note="a", text="one"))
    events += await notebook.write_raw([("a", "NoteRetagged", 2, "{}")])
    events += await notebook.write(NoteWritten(note="a", text="three"))
    projector = await desk.loaded(notes_model(), sizes_model())
    await projector.apply(by_partition(events))
    assert [row[1] for row in await desk.rows("serving.notes")] == ["one"]
    assert await desk.rows("serving.note_sizes") == [("a", 5)]
    assert projector.stopped() == {}
    assert "newer than this code" in projector.readiness()[0]
