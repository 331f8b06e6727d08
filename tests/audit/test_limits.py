"""What an audit may ask of its machines, and how much it keeps of what it finds."""

from time import monotonic

from engine.audit.drift import MOST, note
from engine.audit.pacing import Throttle
from engine.audit.verdict import Found
from engine.audit.whole import PartitionFound
from tests.audit.workshop import Workshop
from tests.projection.notes import notes_model


async def test_keys_are_folded_no_faster_than_the_pace() -> None:
    throttle, began = Throttle(keys_per_s=1_000), monotonic()
    for _ in range(10):
        await throttle.done(40)
    assert monotonic() - began > 0.3


async def test_of_many_wrong_keys_some_are_named_and_all_counted(workshop: Workshop) -> None:
    model = notes_model()
    await workshop.begin(model, 1)
    wrong = {f"note {number}": {"notes": Found(different=1)} for number in range(MOST + 500)}
    connection = await workshop.desk.store().connection()
    await note(connection, model.name, 1, 1, 3, PartitionFound(keys=MOST + 500, wrong=wrong))
    assert len(await workshop.drift()) == MOST
    assert [row[2:5] for row in await workshop.desk.rows("projection.audits")] == [(3, MOST + 500, MOST + 500)]
