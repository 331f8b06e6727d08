from datetime import UTC, datetime
from uuid import uuid4

from engine.following.window import Hole, Window
from engine.log.records import StoredEvent


def event(sequence: int, data: str = "{}") -> StoredEvent:
    ids = (uuid4(), uuid4())
    return StoredEvent(*ids, sequence, 3, sequence, "k", "s", sequence, "Noted", 1, data, "{}", datetime.now(UTC))


def window(applied: int, *sequences: int) -> Window:
    made = Window()
    made.start(applied)
    for sequence in sequences:
        made.offer(event(sequence))
    return made


def test_an_event_that_is_kept_or_applied_is_not_kept_again() -> None:
    kept = window(2, 3, 4)
    assert not kept.offer(event(4))
    assert not kept.offer(event(2))
    assert len(kept) == 2


def test_what_is_next_is_taken_up_to_the_first_hole() -> None:
    kept = window(2, 3, 4, 6)
    assert [each.sequence for each in kept.take(10, 1_000)] == [3, 4]
    kept.advance(4)
    assert kept.take(10, 1_000) == []
    assert kept.hole() == Hole(4, 5)


def test_an_event_without_data_is_a_hole_of_its_own() -> None:
    kept = window(2)
    kept.offer(event(3, data=""))
    assert kept.take(10, 1_000) == []
    assert kept.hole() == Hole(2, 3)


def test_what_came_before_the_checkpoints_were_loaded_is_kept_when_it_is_new() -> None:
    kept = Window()
    for sequence in (3, 4, 5):
        kept.offer(event(sequence))
    assert not kept.has_work()
    kept.start(4)
    assert [each.sequence for each in kept.take(10, 1_000)] == [5]


def test_a_window_knows_what_it_holds() -> None:
    kept = window(0, 1, 2, 3)
    held = kept.size_bytes
    kept.advance(2)
    assert (len(kept), kept.size_bytes) == (1, held // 3)
    kept.clear()
    assert (len(kept), kept.size_bytes) == (0, 0)


def test_an_event_is_wanted_from_the_log_after_its_grace() -> None:
    quiet = window(2)
    assert not quiet.expect(4, grace_s=60)
    assert quiet.hole() is None
    assert quiet.expect(4, grace_s=0)
    assert quiet.hole() == Hole(2, 4)
