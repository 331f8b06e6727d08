"""Places sort as a thread is read."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from domain.comments.place import LEVEL, comment_at, levels, place_of
from tests.domain.scenario import NOW

STEPS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5)), max_size=40)


@given(STEPS)
def test_answers_follow_what_they_answer_and_come_in_the_order_of_their_times(steps: list[tuple[int, int]]) -> None:
    thread: list[tuple[str, UUID, str]] = []
    answers: dict[str, list[tuple[datetime, str, str]]] = {}
    for number, (pick, minutes) in enumerate(steps):
        above = thread[pick][0] if pick < len(thread) else ""
        at = NOW + timedelta(minutes=minutes)
        place = place_of(UUID(int=number), at, above)
        thread.append((place, UUID(int=number), above))
        answers.setdefault(above, []).append((at, f"{number:032x}", place))

    def read(above: str) -> list[str]:
        return [each for _, _, place in sorted(answers.get(above, ())) for each in (place, *read(place))]

    assert sorted(place for place, _, _ in thread) == read("")


def test_a_place_tells_who_stands_above() -> None:
    ids = [uuid4() for _ in range(8)]
    place = ""
    for each in ids:
        place = place_of(each, NOW, place)
    assert [comment_at(level) for level in levels(place)] == ids
    assert len(place) == 8 * LEVEL


def test_times_that_no_comment_has_do_no_harm() -> None:
    ancient = place_of(UUID(int=1), datetime(1, 1, 1, tzinfo=UTC))
    assert ancient < place_of(UUID(int=0), NOW) < place_of(UUID(int=0), datetime(9999, 1, 1, tzinfo=UTC))
    assert len(ancient) == LEVEL
