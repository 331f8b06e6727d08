import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from engine.log.records import StoredEvent
from engine.projection.contract import ReadModel
from engine.projection.projector import Projector
from engine.replays.requests import Wish, request
from engine.replays.swapping import Behind, NotAllowed, SwapRaced, serving_number, swap, swap_soon
from tests.projection.notebook import Desk, Notebook, by_partition
from tests.projection.notes import NoteWritten, notes_model, sizes_model
from tests.projection.second_generation import second_generation
from tests.servers import ROOT, Database

MODEL = sizes_model()
_SWAP_FOR_EVER = """
import asyncio, sys, asyncpg
from engine.replays.swapping import swap_soon

async def main(url, model):
    connection, old, new = await asyncpg.connect(url), 1, 2
    while True:
        await swap_soon(connection, model, old, new, patience_s=60)
        old, new = new, old

asyncio.run(main(*sys.argv[1:]))
"""
BLOCKED_S = 0.3
"""A busy machine's 20 ms; a reader that is really blocked waits for as long as the test lets it."""


async def followed_pair(notebook: Notebook, desk: Desk, model: ReadModel = MODEL) -> Projector:
    """Two generations with the same note."""
    await desk.loaded(model)
    await second_generation(desk, model)
    projector = await desk.loaded(model)
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="one"))))
    return projector


async def states(desk: Desk) -> dict[int, str]:
    connection = await desk.store().connection()
    return dict(await connection.fetch("SELECT number, state FROM projection.generations ORDER BY number"))


async def mark(desk: Desk, generation: int, characters: int) -> None:
    """Makes the generations differ, so that it is seen which one is read."""
    connection = await desk.store().connection()
    await connection.execute(f"UPDATE note_sizes_g{generation}.note_sizes SET characters = {characters}")  # noqa: S608 - numbers


async def test_readers_see_the_new_generation_and_go_back_without_losing_what_came_meanwhile(
    notebook: Notebook, desk: Desk
) -> None:
    projector, connection = await followed_pair(notebook, desk), await desk.store().connection()
    await mark(desk, 2, 33)
    await swap(connection, MODEL.name, 1, 2)
    assert await desk.rows("serving.note_sizes") == [("a", 33)]
    assert await states(desk) == {1: "retired", 2: "serving"}
    await projector.load(await desk.reader.head())
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="b", text="hello"))))
    await swap(connection, MODEL.name, 2, 1)
    assert await desk.rows("serving.note_sizes") == [("a", 3), ("b", 5)]
    assert await states(desk) == {1: "serving", 2: "retired"}


async def test_one_generation_to_go_back_to_is_kept(notebook: Notebook, desk: Desk) -> None:
    projector, connection = await followed_pair(notebook, desk), await desk.store().connection()
    await second_generation(desk, MODEL)
    await projector.load(await desk.reader.head())
    await projector.apply(by_partition(notebook.events))
    await swap(connection, MODEL.name, 1, 2)
    await swap(connection, MODEL.name, 2, 3)
    assert await states(desk) == {1: "frozen", 2: "retired", 3: "serving"}
    with pytest.raises(NotAllowed, match="frozen"):
        await swap(connection, MODEL.name, 3, 1)


async def test_a_generation_that_is_behind_is_not_shown(notebook: Notebook, desk: Desk) -> None:
    await desk.loaded(MODEL)
    projector = await desk.loaded(MODEL)
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="one"))))
    await second_generation(desk, MODEL)
    with pytest.raises(Behind, match="1 events behind"):
        await swap(await desk.store().connection(), MODEL.name, 1, 2)
    assert await desk.rows("serving.note_sizes") == [("a", 3)]


async def test_going_back_to_a_generation_that_nobody_followed_is_not_done(notebook: Notebook, desk: Desk) -> None:
    await followed_pair(notebook, desk)
    connection = await desk.store().connection()
    await swap(connection, MODEL.name, 1, 2)
    await _one_event_further(connection, 2, notebook.events[0])
    with pytest.raises(Behind):
        await swap(connection, MODEL.name, 2, 1)
    assert await serving_number(connection, MODEL.name) == 2


async def test_a_key_that_would_be_parked_anew_is_not_taken_from_readers(notebook: Notebook, desk: Desk) -> None:
    await followed_pair(notebook, desk)
    connection = await desk.store().connection()
    await _park(connection, 2, "a")
    with pytest.raises(NotAllowed, match="1 parked keys"):
        await swap(connection, MODEL.name, 1, 2)
    await _park(connection, 1, "a")
    await swap(connection, MODEL.name, 1, 2)


async def test_what_verification_refused_or_has_not_ended_with_is_not_shown(notebook: Notebook, desk: Desk) -> None:
    await followed_pair(notebook, desk)
    connection = await desk.store().connection()
    replay = await request(connection, MODEL, Wish(), by="me", why=None)
    for state in ("verifying", "refused"):
        await connection.execute(
            "UPDATE projection.replays SET generation = 2, state = $2 WHERE id = $1", replay, state
        )
        with pytest.raises(NotAllowed, match=f"note_sizes_g2 is not verified: its replay is {state}"):
            await swap(connection, MODEL.name, 1, 2)
    await connection.execute("UPDATE projection.replays SET state = 'done' WHERE id = $1", replay)
    await swap(connection, MODEL.name, 1, 2)


async def test_readers_do_not_wait_for_a_process_that_swaps_and_is_stopped(
    notebook: Notebook, desk: Desk, read_database: Database
) -> None:
    await followed_pair(notebook, desk)
    reader = await asyncpg.connect(read_database.url("query"))
    with swapping_for_ever(read_database) as process:
        async with asyncio.timeout(60):
            while (await states(desk))[2] != "serving":
                await asyncio.sleep(0.01)
        for _ in range(60):
            process.send_signal(signal.SIGSTOP)
            assert await reader.fetch("SELECT * FROM serving.note_sizes", timeout=10)
            process.send_signal(signal.SIGCONT)
            await reader.fetch("SELECT pg_sleep(random() / 100)")
    await reader.close()


@contextmanager
def swapping_for_ever(read: Database) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that shows one generation and the other in turn."""
    command = [sys.executable, "-c", _SWAP_FOR_EVER, read.url("projector"), MODEL.name]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


async def test_a_batch_on_its_way_into_what_is_served_is_waited_for(
    notebook: Notebook, desk: Desk, read_database: Database
) -> None:
    await followed_pair(notebook, desk)
    projector = await asyncpg.connect(read_database.url("projector"))
    batch = projector.transaction()
    await batch.start()
    await _one_event_further(projector, 1, notebook.events[0])
    connection = await desk.store().connection()
    with pytest.raises(asyncpg.LockNotAvailableError):
        await swap(connection, MODEL.name, 1, 2)
    await batch.commit()
    with pytest.raises(Behind):
        await swap(connection, MODEL.name, 1, 2)
    await projector.close()


async def test_of_two_operators_one_wins_and_the_other_is_told(notebook: Notebook, desk: Desk) -> None:
    projector = await followed_pair(notebook, desk)
    await second_generation(desk, MODEL)
    await projector.load(await desk.reader.head())
    await projector.apply(by_partition(notebook.events))
    connections = [await desk.store().connection() for _ in range(2)]
    tries = [
        swap_soon(connection, MODEL.name, 1, new, patience_s=20)
        for connection, new in zip(connections, (2, 3), strict=True)
    ]
    ends = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(end) for end in ends if end] == [SwapRaced]
    assert sorted((await states(desk)).values()) == ["following", "retired", "serving"]


async def test_a_long_reader_delays_the_swap_and_not_the_readers_behind_it(
    notebook: Notebook, desk: Desk, read_database: Database
) -> None:
    await followed_pair(notebook, desk)
    slow, quick = [await asyncpg.connect(read_database.url("query")) for _ in range(2)]
    connection = await desk.store().connection()
    async with slow.transaction():
        await slow.fetch("SELECT * FROM serving.note_sizes")
        swapping = asyncio.create_task(swap_soon(connection, MODEL.name, 1, 2, patience_s=30))
        until, longest = time.monotonic() + 1, 0.0
        while time.monotonic() < until:
            started = time.monotonic()
            await quick.fetch("SELECT * FROM serving.note_sizes", timeout=10)
            longest = max(longest, time.monotonic() - started)
        assert not swapping.done()
    await swapping
    assert longest < BLOCKED_S
    await slow.close()
    await quick.close()


async def test_columns_that_changed_are_seen_by_the_same_name_and_the_same_roles(
    notebook: Notebook, desk: Desk
) -> None:
    await followed_pair(notebook, desk)
    connection = await desk.store().connection()
    await connection.execute("ALTER TABLE note_sizes_g2.note_sizes ADD COLUMN words integer NOT NULL DEFAULT 1")
    await connection.execute("ALTER TABLE note_sizes_g2.note_sizes ALTER COLUMN characters TYPE bigint")
    await connection.execute("CREATE TABLE note_sizes_g2.note_words (note text)")
    await swap(connection, MODEL.name, 1, 2)
    assert await desk.rows("serving.note_sizes") == [("a", 3, 1)]
    assert await desk.rows("serving.note_words") == []
    await swap(connection, MODEL.name, 2, 1)
    assert await desk.rows("serving.note_sizes") == [("a", 3)]
    with pytest.raises(asyncpg.UndefinedTableError):
        await desk.rows("serving.note_words")


async def test_a_model_of_several_tables_is_swapped_as_a_whole(notebook: Notebook, desk: Desk) -> None:
    model = notes_model()
    await followed_pair(notebook, desk, model)
    connection = await desk.store().connection()
    await connection.execute("DELETE FROM notes_g2.notes")
    await connection.execute("DELETE FROM notes_g1.note_tag_counts")
    await swap(connection, model.name, 1, 2)
    assert await desk.rows("serving.notes") == []
    shown = await connection.fetch("SELECT definition FROM pg_views WHERE schemaname = 'serving'")
    assert len(shown) == 3
    assert all("notes_g2" in row[0] for row in shown)


async def test_a_generation_of_a_restored_log_takes_over_from_one_of_the_lost_history(
    notebook: Notebook, desk: Desk
) -> None:
    projector = await desk.loaded(MODEL)
    await projector.apply(by_partition(await notebook.write(NoteWritten(note="a", text="one"))))
    await second_generation(desk, MODEL, epoch=2)
    await swap(await desk.store().connection(), MODEL.name, 1, 2)
    assert await desk.rows("serving.note_sizes") == []


async def _one_event_further(connection: "asyncpg.Connection[Any]", generation: int, event: StoredEvent) -> None:
    await connection.execute(
        "UPDATE projection.checkpoints SET sequence = sequence + 1 WHERE generation = $1 AND partition = $2",
        generation,
        event.partition,
    )


async def _park(connection: "asyncpg.Connection[Any]", generation: int, key: str) -> None:
    await connection.execute(
        "INSERT INTO projection.parked (model, generation, partition, key, sequence, event_id, type, attempts)"
        " VALUES ($1, $2, 0, $3, 1, $4, 'NoteWritten', 1)",
        MODEL.name,
        generation,
        key,
        uuid4(),
    )
