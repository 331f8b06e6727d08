"""Poison in bulk: neither a long queue of one key nor many poisonous keys may hold up the others, or fill memory."""

import json
import tracemalloc
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from engine.log.records import Recorded
from engine.projection.contract import ReadModel
from engine.projection.parking import parked_keys
from tests.projection.notebook import Desk, Notebook, by_partition
from tests.projection.notes import NoteWritten, notes_model, sizes_model
from tests.servers import Database

_MIB = 1 << 20


def failing(model: ReadModel) -> ReadModel:
    """The model with a fold that one text breaks."""
    [fold] = model.folds

    def fold_or_fail(row: Any, recorded: Recorded, memo: Any) -> Any:
        if recorded.event.text == "poison":
            raise ValueError
        return fold.fold(row, recorded, memo)

    return replace(model, folds=(replace(fold, fold=fold_or_fail),))


async def queue(desk: Desk, notebook: Notebook, length: int) -> None:
    """A poisonous event of a note, and as many behind it."""
    projector = await desk.loaded(failing(sizes_model()))
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="bad", text="poison"))))
    for begin in range(0, length, 2_000):
        page = [NoteWritten(note="bad", text=f"{number}") for number in range(begin, min(begin + 2_000, length))]
        await projector.apply(by_partition(await notebook.write(*page)))


async def rows_read(read: Database, keys: list[str]) -> int:
    """How many rows of the queue the question of every batch reads."""
    connection = await asyncpg.connect(read.url("projector"))
    try:
        await connection.execute("SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off")
        asked = parked_keys("$1", "$2", "$3")
        plan = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {asked}", ["note_sizes"], [1], keys)
    finally:
        await connection.close()
    return sum(_rows(json.loads(plan)[0]["Plan"]))


def _rows(plan: dict[str, Any]) -> list[int]:
    own = [plan["Actual Rows"] * plan["Actual Loops"]] if "Index Name" in plan or "Relation Name" in plan else []
    return [*own, *(rows for child in plan.get("Plans", ()) for rows in _rows(child))]


async def test_a_batch_reads_one_row_of_a_long_queue(notebook: Notebook, desk: Desk, read_database: Database) -> None:
    await queue(desk, notebook, 4_000)
    assert await rows_read(read_database, ["bad", "good", "other"]) <= 3


@pytest.mark.parametrize("length", [3_000, pytest.param(100_000, marks=pytest.mark.soak)])
async def test_a_long_queue_is_released_in_bounded_memory(notebook: Notebook, desk: Desk, length: int) -> None:
    await queue(desk, notebook, length)
    tracemalloc.start()
    try:
        assert await desk.release().release(sizes_model(), "bad") == length + 1
        assert tracemalloc.get_traced_memory()[1] < 2 * _MIB
    finally:
        tracemalloc.stop()
    assert await desk.rows("projection.parked") == []
    assert await desk.rows("serving.note_sizes") == [("bad", len(str(length - 1)))]


async def test_many_poisonous_keys_do_not_hold_up_the_others(notebook: Notebook, desk: Desk) -> None:
    projector = await desk.loaded(notes_model(poison={"poison"}))
    bad = [NoteWritten(note=f"bad{number}", text="poison") for number in range(60)]
    events = await notebook.write(*bad, NoteWritten(note="good", text="fine"))
    await projector.apply(by_partition(events))
    assert [row[0] for row in await desk.rows("serving.notes")] == ["good"]
    assert len(await desk.rows("projection.parked")) == 60
    assert len(await desk.rows("projection.parked WHERE attempts > 1")) <= 20  # two lanes wait for ten each
