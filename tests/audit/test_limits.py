"""What an audit may ask of its machines, and how much it keeps of what it finds."""

from time import monotonic

from engine.audit.drift import MOST, note
from engine.audit.pacing import Throttle
from engine.audit.sampling import sampled_keys
from engine.audit.verdict import Found
from engine.audit.whole import PartitionFound
from tests.audit.workshop import Workshop
from tests.projection.notebook import Notebook
from tests.projection.notes import NoteWritten, notes_model


async def test_an_audit_works_no_more_than_its_share_of_the_time() -> None:
    throttle, began, worked = Throttle(share=0.25), monotonic(), 0.0
    for _ in range(5):
        at = monotonic()
        while monotonic() < at + 0.02:
            pass
        worked += monotonic() - at
        await throttle.rest()
    assert worked <= 0.26 * (monotonic() - began)


async def test_of_many_wrong_keys_some_are_named_and_all_counted(workshop: Workshop) -> None:
    model = notes_model()
    await workshop.begin(model, 1)
    wrong = {f"note {number}": {"notes": Found(different=1)} for number in range(MOST + 500)}
    connection = await workshop.desk.store().connection()
    await note(connection, model.name, 1, 1, 3, PartitionFound(keys=MOST + 500, wrong=wrong))
    assert len(await workshop.drift()) == MOST
    assert [row[2:5] for row in await workshop.desk.rows("projection.audits")] == [(3, MOST + 500, MOST + 500)]


async def test_a_sample_leaves_out_the_busiest_keys_beyond_its_events(notebook: Notebook, workshop: Workshop) -> None:
    model = notes_model()
    await workshop.begin(model, 1)
    for name, events in (("quiet", 3), ("busy", 40), ("busier", 60)):
        await notebook.write(*(NoteWritten(note=name, text="one") for _ in range(events)))
    await workshop.apply(model, 1, notebook.events)
    for most, expected in (
        (None, {"quiet", "busy", "busier"}),
        (43, {"quiet", "busy"}),
        (42, {"quiet"}),
    ):
        [sampled] = await sampled_keys(workshop.sources, [(model, 1)], 1_000, most_events=most)
        assert set(sampled.keys) == expected
    [sampled] = await sampled_keys(workshop.sources, [(model, 1)], 1_000, most_events=1)
    assert len(sampled.keys) == 1
