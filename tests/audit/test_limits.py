"""What an audit may ask of its machines, and how much it keeps of what it finds."""

from time import monotonic

from engine.audit.drift import MOST, note
from engine.audit.pacing import Throttle
from engine.audit.verdict import Found
from engine.audit.whole import PartitionFound
from tests.audit.workshop import Workshop
from tests.projection.notes import notes_model


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
