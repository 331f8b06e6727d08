"""An event that cannot be folded, decoded or written parks its key in the new generation, and the build goes on."""

from typing import Any

from sqlalchemy import Column, MetaData, SmallInteger, Table, Text

from engine.log.records import Recorded
from engine.projection.contract import Memo, ReadModel, RowFold
from engine.rebuild.part_building import ChunkLimits
from engine.rebuild.work import End
from tests.projection.notebook import Notebook
from tests.projection.notes import NoteRetagged, NoteWritten, SizeRow, notes_model
from tests.rebuild.site import Site

_PARKED = "SELECT key, sequence, type, error FROM projection.parked ORDER BY key, sequence"


async def test_a_poisonous_event_parks_its_key_from_there_on(notebook: Notebook, site: Site) -> None:
    model = notes_model(poison={"poison"})
    events = await notebook.write(
        NoteWritten(note="a", text="good"),
        NoteWritten(note="a", text="poison"),
        NoteRetagged(note="a", tags=("x",)),
        NoteWritten(note="b", text="fine"),
    )
    number = await site.build(model)
    assert [row.split(",")[:2] for row in (await site.look(model, number))["notes"]] == [["(a", "good"], ["(b", "fine"]]
    assert [tuple(row) for row in await site.connection.fetch(_PARKED)] == [
        ("a", events[1].sequence, "NoteWritten", "builtins.ValueError"),
        ("a", events[2].sequence, "NoteRetagged", None),
    ]


async def test_an_event_that_cannot_be_decoded_parks_its_key(notebook: Notebook, site: Site) -> None:
    model = notes_model()
    await notebook.write(NoteWritten(note="a", text="good"), NoteWritten(note="b", text="fine"))
    await notebook.write_raw([("a", "NoteWritten", 1, '{"note": "a"}')])
    number = await site.build(model)
    assert len((await site.look(model, number))["notes"]) == 2
    [parked] = await site.connection.fetch(_PARKED)
    assert (parked["key"], parked["error"]) == ("a", "pydantic_core._pydantic_core.ValidationError")


async def test_a_row_that_cannot_be_stored_parks_its_key_alone(notebook: Notebook, site: Site) -> None:
    model = _small_numbers()
    texts = {"a": "short", "b": "x" * 40_000, "c": "short too"}
    await notebook.write(*(NoteWritten(note=note, text=text) for note, text in texts.items()))
    replay = await site.ask(model)
    assert await site.work([replay], model, limits=ChunkLimits()) is End.NOTHING_LEFT
    assert await site.look(model, await site.number(replay)) == {"note_sizes": ["(a,5)", "(c,9)"]}
    [parked] = await site.connection.fetch(_PARKED)
    assert parked["key"] == "b"


def _small_numbers() -> ReadModel:
    def fold(_row: SizeRow | None, recorded: Recorded, _memo: Memo) -> SizeRow | None:
        return SizeRow(recorded.event.note, len(recorded.event.text))

    columns: tuple[Any, ...] = (Column("note", Text, primary_key=True), Column("characters", SmallInteger))
    table = Table("note_sizes", MetaData(), *columns)
    return ReadModel("note_sizes", 1, (RowFold(table, SizeRow, (NoteWritten,), lambda r: (r.event.note,), fold),))
