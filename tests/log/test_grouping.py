"""A group holds only appends that can be decided side by side, and nobody waits for ever."""

import asyncio
from collections import deque
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from engine.log.grouping import Waiting, size_of, take_group
from engine.log.records import Append, Claim, IdempotencyRecord, StreamGuard
from tests.log.appends import append, event

few = st.integers(0, 3)
appends = st.lists(
    st.builds(
        lambda stream, claims, releases, guards, key: append(
            f"thing-{stream}",
            claims=tuple(Claim("slug", str(n)) for n in claims),
            releases=tuple(Claim("slug", str(n)) for n in releases),
            guards=tuple(StreamGuard(f"thing-{n}", 1) for n in guards if n != stream),
            idempotency=IdempotencyRecord("someone", str(key), b"", "{}") if key else None,
        ),
        st.integers(0, 6),
        st.sets(few, max_size=1),
        st.sets(few, max_size=1),
        st.sets(few, max_size=1),
        few,
    ),
    max_size=15,
)


def _queue(asked: Sequence[Append]) -> deque[Waiting]:
    loop = asyncio.new_event_loop()
    try:
        return deque(Waiting(one, loop.create_future(), size_of(one)) for one in asked)
    finally:
        loop.close()


def _depend(one: Append, other: Append) -> bool:
    def names(asked: Append) -> set[object]:
        key = {(asked.idempotency.scope, asked.idempotency.key)} if asked.idempotency else set()
        return {asked.stream, *asked.claims, *asked.releases, *key}

    def guarded(asked: Append) -> set[str]:
        return {guard.stream for guard in asked.guards}

    return bool(names(one) & names(other)) or other.stream in guarded(one) or one.stream in guarded(other)


@given(asked=appends, max_group=st.integers(1, 8))
def test_no_two_of_a_group_depend_on_each_other_and_dependents_keep_their_order(
    asked: list[Append], max_group: int
) -> None:
    queue = _queue(asked)
    sent: list[Append] = []
    while queue:
        group = [waiting.append for waiting in take_group(queue, max_group)]
        assert 0 < len(group) <= max_group
        for n, one in enumerate(group):
            assert not any(_depend(one, other) for other in group[:n])
        sent += group
    assert len(sent) == len(asked)
    order = {id(one): n for n, one in enumerate(sent)}
    for n, later in enumerate(asked):
        assert all(order[id(one)] < order[id(later)] for one in asked[:n] if _depend(one, later))


def test_a_group_is_bounded_in_bytes_but_one_append_always_goes() -> None:
    sizes = (3_000_000, 3_000_000, 5_000_000, 1_000_000, 1_000_000)
    queue = _queue([append(replaced=(event("x" * size),)) for size in sizes])
    groups = []
    while queue:
        groups.append([waiting.size_bytes // 1_000_000 for waiting in take_group(queue, 256)])
    assert groups == [[3, 1], [3, 1], [5]]


async def test_an_append_whose_caller_has_gone_is_not_sent() -> None:
    loop = asyncio.get_running_loop()
    queue = deque(Waiting(one, loop.create_future(), size_of(one)) for one in (append(), append()))
    queue[0].done.cancel()
    assert len(take_group(queue, 256)) == 1
