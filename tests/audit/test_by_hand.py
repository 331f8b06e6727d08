"""Values altered behind the projectors' back are found in every table, and mended."""

import asyncio
import random

import pytest
from prometheus_client import CollectorRegistry

from engine.audit.auditing import Auditor
from engine.audit.metrics import AuditMetrics
from engine.audit.pacing import Pace
from engine.audit.repairing import Repair
from engine.audit.serving import verify_every_key, verify_sample
from engine.audit.values import values_apart
from engine.projection.contract import ReadModel
from tests.audit.histories import history
from tests.audit.workshop import Workshop
from tests.projection.locking import checkpoints_locked, until_someone_waits
from tests.projection.notebook import Notebook
from tests.projection.notes import NoteRemoved, NoteRetagged, NoteWritten, notes_model, pages_model
from tests.servers import Database

_MODEL = notes_model()
_WRITTEN = (
    NoteWritten(note="a", text="hello", tags=("x", "y")),
    NoteWritten(note="b", text="you", tags=("x",)),
    NoteRetagged(note="a", tags=("x", "z")),
    NoteWritten(note="c", text="gone"),
    NoteRemoved(note="c"),
)
_ROWS = {
    "a value": "UPDATE notes_g1.notes SET text = 'howdy' WHERE note = 'a'",
    "what counters are fed by": "UPDATE notes_g1.notes SET tags = '{other}' WHERE note = 'a'",
    "a row that is missing": "DELETE FROM notes_g1.notes WHERE note = 'a'",
    "a derived row that is missing": "DELETE FROM notes_g1.notes_by_tag WHERE note = 'a' AND tag = 'x'",
    "a derived row's key": "UPDATE notes_g1.notes_by_tag SET tag = 'q' WHERE note = 'a' AND tag = 'x'",
    "a row that should be gone": """
        INSERT INTO notes_g1.notes SELECT 'c', text, shouted, tags, mood, history, changes, written_at
          FROM notes_g1.notes WHERE note = 'a'
    """,
}
_COUNTERS = {
    "a counter": "UPDATE notes_g1.note_tag_counts SET notes = notes + 1 WHERE tag = 'z'",
    "a counter that is missing": "DELETE FROM notes_g1.note_tag_counts WHERE tag = 'z'",
    "a counter too many": "INSERT INTO notes_g1.note_tag_counts VALUES ('q', 3, 1, 1)",
}
_UNASKED = {
    "a row of nobody": """
        INSERT INTO notes_g1.notes SELECT 'stranger', text, shouted, tags, mood, history, changes, written_at
          FROM notes_g1.notes WHERE note = 'a'
    """,
    "a derived row of nobody": "INSERT INTO notes_g1.notes_by_tag VALUES ('q', 'b')",
}


async def _audit(workshop: Workshop, model: ReadModel = _MODEL) -> list[tuple[str, str]]:
    assert await Auditor(workshop.sources, Pace(cycle_s=0), AuditMetrics(CollectorRegistry())).audit(model)
    return [(row[0], row[2]) for row in await workshop.drift()]


async def test_what_is_altered_by_hand_is_found_and_mended(notebook: Notebook, workshop: Workshop) -> None:
    events = await notebook.write(*_WRITTEN)
    await workshop.built(_MODEL, 1, events)
    right = await workshop.look(_MODEL, 1)
    for what, statement in _ROWS.items():
        await workshop.change(statement)
        assert not (await verify_sample(workshop.sources, _MODEL, 1, 100)).is_same, what
        [(_, key)] = await _audit(workshop)
        await Repair(workshop.sources, _MODEL, 1).repair(key)
        left = await workshop.look(_MODEL, 1)
        if what == "a derived row's key":  # the one by the wrong key is nobody's now
            assert not (await verify_every_key(workshop.sources, _MODEL, 1)).is_same
            await workshop.change("DELETE FROM notes_g1.notes_by_tag WHERE tag = 'q'")
            left = await workshop.look(_MODEL, 1)
        assert left == right, what
        assert await _audit(workshop) == [], what


async def test_counters_altered_by_hand_are_found_and_mended(notebook: Notebook, workshop: Workshop) -> None:
    events = await notebook.write(*_WRITTEN)
    await workshop.built(_MODEL, 1, events)
    right = await workshop.look(_MODEL, 1)
    by_partition = {event.partition: event.key for event in events}
    for what, statement in _COUNTERS.items():
        await workshop.change(statement)
        assert not (await verify_every_key(workshop.sources, _MODEL, 1)).is_same, what
        [(_, name)] = await _audit(workshop)
        partition = int(name.removeprefix("counters of partition "))
        if partition in by_partition:
            await Repair(workshop.sources, _MODEL, 1).repair(by_partition[partition])
        else:  # nothing of the log is there
            await workshop.change("DELETE FROM notes_g1.note_tag_counts WHERE partition = $1", partition)
        assert await workshop.look(_MODEL, 1) == right, what
        assert await _audit(workshop) == [], what


async def test_rows_that_no_event_asks_for_are_found_when_every_key_is_folded(
    notebook: Notebook, workshop: Workshop
) -> None:
    await workshop.built(_MODEL, 1, await notebook.write(*_WRITTEN))
    for what, statement in _UNASKED.items():
        assert (await verify_every_key(workshop.sources, _MODEL, 1)).is_same
        await workshop.change(statement)
        [found] = (await verify_every_key(workshop.sources, _MODEL, 1)).differences
        assert (found.extra, found.keys) == (1, ()), what
        await workshop.change("DELETE FROM notes_g1.notes WHERE note = 'stranger'")
        await workshop.change("DELETE FROM notes_g1.notes_by_tag WHERE tag = 'q'")


async def test_what_is_kept_of_a_difference_quotes_no_value(notebook: Notebook, workshop: Workshop) -> None:
    await workshop.built(_MODEL, 1, await notebook.write(*_WRITTEN))
    await workshop.change("UPDATE notes_g1.notes SET text = 'a secret' WHERE note = 'a'")
    verdict = await verify_sample(workshop.sources, _MODEL, 1, 100)
    await _audit(workshop)
    assert "text" in str(verdict)
    assert "secret" not in str(verdict)
    assert "secret" not in str(await workshop.desk.rows("projection.drift"))
    [value] = await values_apart(workshop.sources, _MODEL, 1, ["a"])
    assert (value.column, value.stored, value.expected) == ("text", "a secret", "hello")


async def test_a_repair_waits_for_the_batch_in_hand(
    notebook: Notebook, workshop: Workshop, read_database: Database
) -> None:
    await workshop.built(_MODEL, 1, await notebook.write(*_WRITTEN))
    await workshop.change("UPDATE notes_g1.notes SET text = 'howdy' WHERE note = 'a'")
    async with checkpoints_locked(read_database) as admin:
        repairing = asyncio.create_task(Repair(workshop.sources, _MODEL, 1).repair("a"))
        await until_someone_waits(admin)
        assert not repairing.done()
    assert [each.table for each in (await repairing).differences] == ["notes"]


@pytest.mark.parametrize("model", [_MODEL, pages_model()], ids=lambda model: model.name)
async def test_a_repair_mends_while_the_key_is_written(
    notebook: Notebook, workshop: Workshop, model: ReadModel
) -> None:
    luck = random.Random(model.name)  # noqa: S311 - the same history each time
    await workshop.built(model, 1, await notebook.write(*history(luck, 30)))
    is_written = asyncio.Event()

    async def write() -> None:
        for _ in range(15):
            await workshop.apply(model, 1, await notebook.write(*history(luck, 5)))
        is_written.set()

    async def damage_and_mend() -> None:
        table, note = model.folds[0].table.name, "abcdef"
        while not is_written.is_set():
            one = luck.choice(note)
            await workshop.change(f"UPDATE {model.name}_g1.{table} SET text = 'wrong' WHERE note = $1", one)  # noqa: S608 - names of a test
            await Repair(workshop.sources, model, 1).repair(one)

    await asyncio.gather(write(), damage_and_mend())
    for one in "abcdef":
        await Repair(workshop.sources, model, 1).repair(one)
    await workshop.built(model, 2, notebook.events, "following")
    assert await workshop.look(model, 1) == await workshop.look(model, 2)
    assert await _audit(workshop, model) == []
