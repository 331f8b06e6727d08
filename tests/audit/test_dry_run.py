"""What a replay would change is told beforehand, and nothing is left behind."""

from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from engine.audit.choosing import Choice, chosen_keys
from engine.audit.dry_run import dry_run
from engine.log.records import Recorded
from engine.projection.contract import Memo
from tests.audit.workshop import Workshop
from tests.projection.notebook import Notebook
from tests.projection.notes import NoteRemoved, NoteRetagged, NoteWritten, SizeRow, notes_model, sizes_model
from tests.servers import Database

_MODEL = notes_model()
_WRITTEN = (
    NoteWritten(note="a", text="hello", tags=("x", "y")),
    NoteWritten(note="b", text="you", tags=("x",)),
    NoteRetagged(note="a", tags=("x", "z")),
    NoteWritten(note="c", text="gone"),
    NoteRemoved(note="c"),
)


async def test_what_is_served_right_would_not_change(notebook: Notebook, workshop: Workshop) -> None:
    await workshop.built(_MODEL, 1, await notebook.write(*_WRITTEN))
    told = await dry_run(workshop.sources, _MODEL, 1, Choice())
    assert (told.keys, told.events, told.changes, told.not_compared) == (3, 5, (), ("note_tag_counts",))


async def test_rows_that_would_be_new_or_gone_or_other_are_told(notebook: Notebook, workshop: Workshop) -> None:
    await workshop.built(_MODEL, 1, await notebook.write(*_WRITTEN))
    await workshop.change("INSERT INTO notes_g1.notes SELECT 'c', 'x', 'X', '{}', 'fresh', '[]', 0, now()")
    await workshop.change("UPDATE notes_g1.notes SET text = 'howdy', tags = '{}' WHERE note = 'a'")
    await workshop.change("DELETE FROM notes_g1.notes WHERE note = 'b'")
    [notes] = (await dry_run(workshop.sources, _MODEL, 1, Choice())).changes
    assert (notes.table, notes.missing, notes.extra, notes.different) == ("notes", 1, 1, 1)
    assert notes.columns == ("tags", "text")


async def test_a_newer_version_is_compared_where_both_have_columns(notebook: Notebook, workshop: Workshop) -> None:
    await workshop.built(sizes_model(), 1, await notebook.write(*_WRITTEN))
    [fold] = sizes_model().folds

    def doubled(_row: SizeRow | None, recorded: Recorded, _memo: Memo) -> SizeRow | None:
        event = recorded.event
        return SizeRow(event.note, 2 * len(event.text)) if isinstance(event, NoteWritten) else None

    newer = replace(sizes_model(version=2), folds=(replace(fold, fold=doubled),))
    [sizes] = (await dry_run(workshop.sources, newer, 1, Choice())).changes
    assert (sizes.different, sizes.columns) == (2, ("characters",))


async def test_nothing_of_a_dry_run_is_left_behind(
    notebook: Notebook, workshop: Workshop, read_database: Database
) -> None:
    await workshop.built(_MODEL, 1, await notebook.write(*_WRITTEN))
    before = await workshop.look(_MODEL, 1)
    await dry_run(workshop.sources, _MODEL, 1, Choice())
    connection = await asyncpg.connect(read_database.admin_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM pg_namespace WHERE nspname ~ '^dry_run'") == 0
    finally:
        await connection.close()
    assert await workshop.look(_MODEL, 1) == before
    assert await workshop.desk.rows("projection.memo") != []


@pytest.mark.parametrize(
    ("choice", "keys"),
    [
        (Choice(), {"a", "b", "c"}),
        (Choice(stream="note-b"), {"b"}),
        (Choice(key="c"), {"c"}),
        (Choice(types=("NoteRetagged", "NoteRemoved")), {"a", "c"}),
        (Choice(first=2, last=3), {"a", "b"}),
        (Choice(first=2, types=("NoteWritten",)), {"b", "c"}),
        (Choice(key="d"), set()),
    ],
)
async def test_filters_say_which_keys(notebook: Notebook, workshop: Workshop, choice: Choice, keys: set[str]) -> None:
    await notebook.write(*_WRITTEN)
    assert {key async for key in chosen_keys(workshop.sources.log, choice)} == keys


async def test_moments_say_which_keys(notebook: Notebook, workshop: Workshop) -> None:
    [first] = await notebook.write(_WRITTEN[0])
    [*_, last] = await notebook.write(*_WRITTEN[1:])
    log = workshop.sources.log
    moment = first.recorded_at + timedelta(microseconds=1)
    assert {key async for key in chosen_keys(log, Choice(before=moment))} == {"a"}
    assert {key async for key in chosen_keys(log, Choice(since=last.recorded_at + timedelta(seconds=1)))} == set()
    assert {key async for key in chosen_keys(log, Choice(since=moment, types=("NoteWritten",)))} == {"b", "c"}
    assert {key async for key in chosen_keys(log, Choice(partition=first.partition, last=1))} == {"a"}
