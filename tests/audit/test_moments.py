"""What is not a difference: another moment, a parked key, a log that is ahead."""

from collections.abc import Mapping

import pytest

from engine.audit.serving import verify_every_key
from engine.audit.verifying import CheckpointsApart, verify
from engine.following.contract import ForeignHistory
from tests.audit.workshop import Workshop
from tests.projection.notebook import Notebook, by_partition
from tests.projection.notes import NoteRetagged, NoteWritten, notes_model

_MODEL = notes_model()
_FIRST = (NoteWritten(note="a", text="hello", tags=("x", "y")), NoteWritten(note="b", text="you", tags=("x",)))


async def test_generations_at_different_checkpoints_are_not_compared(notebook: Notebook, workshop: Workshop) -> None:
    first = await notebook.write(*_FIRST)
    await workshop.built(_MODEL, 1, [*first, *await notebook.write(NoteRetagged(note="a", tags=("z",)))])
    await workshop.built(_MODEL, 2, first, "following")
    with pytest.raises(CheckpointsApart):
        await verify(workshop.sources, _MODEL, new=2, serving=1)


async def test_a_generation_that_is_behind_is_brought_to_the_same_events(
    notebook: Notebook, workshop: Workshop
) -> None:
    first = await notebook.write(*_FIRST)
    await workshop.built(_MODEL, 1, [*first, *await notebook.write(NoteRetagged(note="a", tags=("z",)))])
    await workshop.built(_MODEL, 2, first, "following")

    async def bring(sequences: Mapping[int, int]) -> None:
        wanted = [event for event in notebook.events if event.sequence <= sequences[event.partition]]
        await workshop.apply(_MODEL, 2, wanted)

    verdict = await verify(workshop.sources, _MODEL, new=2, serving=1, bring=bring)
    assert verdict.is_same
    assert verdict.rows > 0


async def test_the_log_may_be_ahead_of_what_is_served(notebook: Notebook, workshop: Workshop) -> None:
    first = await notebook.write(*_FIRST)
    await workshop.built(_MODEL, 1, first)
    await notebook.write(NoteRetagged(note="a", tags=("z",)), NoteWritten(note="new", text="one"))
    assert (await verify_every_key(workshop.sources, _MODEL, 1)).is_same


async def test_a_parked_key_counts_up_to_its_first_parked_event(notebook: Notebook, workshop: Workshop) -> None:
    model = notes_model(poison={"poison"})
    await workshop.begin(model, 1)
    await workshop.begin(model, 2, "following")
    projector = await workshop.desk.loaded(model)
    events = await notebook.write(
        *_FIRST,
        NoteWritten(note="a", text="poison", tags=("q",)),
        NoteRetagged(note="a", tags=("r",)),
        NoteRetagged(note="b", tags=("s",)),
    )
    await projector.apply(by_partition(events))
    assert len(await workshop.desk.rows("projection.parked")) == 4
    # the fold is put right by now, and the parked events are not released yet
    for verdict in (
        await verify_every_key(workshop.sources, _MODEL, 1),
        await verify(workshop.sources, _MODEL, new=2, serving=1),
    ):
        assert (verdict.is_same, verdict.unfolded) == (True, 0)
    await workshop.change("UPDATE notes_g1.notes SET text = 'howdy' WHERE note = 'a'")
    assert not (await verify_every_key(workshop.sources, _MODEL, 1)).is_same


async def test_a_key_whose_event_was_skipped_is_left_out_and_counted(notebook: Notebook, workshop: Workshop) -> None:
    model = notes_model(poison={"poison"})
    await workshop.begin(model, 1)
    projector = await workshop.desk.loaded(model)
    await projector.apply(by_partition(await notebook.write(*_FIRST, NoteWritten(note="a", text="poison"))))
    await workshop.change("DELETE FROM projection.parked")
    verdict = await verify_every_key(workshop.sources, model, 1)
    assert (verdict.is_same, verdict.unfolded) == (True, 1)


async def test_checkpoints_of_another_history_are_no_drift(notebook: Notebook, workshop: Workshop) -> None:
    await workshop.built(_MODEL, 1, await notebook.write(*_FIRST))
    await workshop.change("UPDATE projection.checkpoints SET epoch = 7")
    with pytest.raises(ForeignHistory):
        await verify_every_key(workshop.sources, _MODEL, 1)


async def test_what_only_one_generation_has_parked_is_judged_by_the_log(notebook: Notebook, workshop: Workshop) -> None:
    """A new version of the code folds what the old one could not."""
    broken = notes_model(poison={"poison"})
    await workshop.begin(broken, 1)
    projector = await workshop.desk.loaded(broken)
    await projector.apply(
        by_partition(await notebook.write(*_FIRST, NoteWritten(note="a", text="poison", tags=("q",))))
    )
    await workshop.built(_MODEL, 2, notebook.events, "following")
    assert (await verify(workshop.sources, _MODEL, new=2, serving=1)).is_same
    await workshop.change("UPDATE notes_g2.note_tag_counts SET notes = 7 WHERE tag = 'q'")
    assert not (await verify(workshop.sources, _MODEL, new=2, serving=1)).is_same
    await workshop.change("UPDATE notes_g2.note_tag_counts SET notes = 1 WHERE tag = 'q'")
    await workshop.change("UPDATE notes_g2.notes SET text = 'howdy' WHERE note = 'a'")
    assert not (await verify(workshop.sources, _MODEL, new=2, serving=1)).is_same
