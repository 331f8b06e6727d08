"""Which waiting appends may travel in one group: none may depend on another of the same group."""

from asyncio import Future
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from engine.log.records import Append, Appended

_MAX_GROUP_BYTES = 4 << 20
_OVERHEAD_BYTES = 1024


@dataclass(slots=True, eq=False)
class Waiting:
    """An append and who waits for it."""

    append: Append
    done: "Future[Appended]"
    size_bytes: int
    is_sent: bool = False
    """It is on its way, or was when the connection was lost: it may be stored."""


def size_of(append: Append) -> int:
    """About what the append takes of memory while it waits."""
    return _OVERHEAD_BYTES + sum(len(event.data) + len(event.metadata) for event in append.events)


def take_group(queue: deque[Waiting], max_group: int) -> list[Waiting]:
    """Takes from the queue's head the appends that can be decided side by side; the others keep their order."""
    group: list[Waiting] = []
    left: list[Waiting] = []
    written: set[object] = set()
    read: set[object] = set()
    size = 0
    while queue and len(group) < max_group and size < _MAX_GROUP_BYTES:
        waiting = queue.popleft()
        if waiting.done.done():
            continue  # its caller has gone
        writes, reads = set(_writes(waiting.append)), set(_reads(waiting.append))
        is_apart = writes.isdisjoint(written) and writes.isdisjoint(read) and reads.isdisjoint(written)
        if is_apart and (not group or size + waiting.size_bytes <= _MAX_GROUP_BYTES):
            group.append(waiting)
            size += waiting.size_bytes
        else:
            left.append(waiting)
        # Those that stay count too, so that nobody overtakes whom they depend on.
        written |= writes
        read |= reads
    queue.extendleft(reversed(left))
    return group


def _writes(append: Append) -> Iterator[object]:
    yield append.stream
    yield from append.claims
    yield from append.releases
    if append.idempotency:
        yield append.idempotency.scope, append.idempotency.key


def _reads(append: Append) -> Iterator[object]:
    for guard in append.guards:
        yield guard.stream
