"""The queue of a key, told for people and for programs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ops.tables import printable
from ops.unparking.listing import Queue


def as_records(model: str, key: str, queues: Iterable[Queue]) -> list[dict[str, Any]]:
    """One for each generation, the traceback as a list of frames."""
    return [_record(model, key, each) for each in queues]


def as_lines(model: str, key: str, queues: Sequence[Queue]) -> Iterator[str]:
    for each in queues:
        yield f"{model} generation {each.generation} ({each.state}) has {each.length} events of {printable(key)} parked"
        for event in each.events:
            said = f"{event.error}, tried {event.attempts} times" if event.error else "waits"
            yield printable(
                f"  {event.sequence}  {event.event}  {event.type}  {event.parked_at:%Y-%m-%d %H:%M:%S}  {said}"
            )
            yield from (f"      {printable(frame)}" for frame in _frames(event.traceback))
        if each.length > len(each.events):
            yield f"  ... and {each.length - len(each.events)} more: see --limit"


def _record(model: str, key: str, queue: Queue) -> dict[str, Any]:
    events = [{**event._asdict(), "traceback": _frames(event.traceback)} for event in queue.events]
    return {"model": model, "key": key, **queue._asdict(), "events": events}


def _frames(traceback: str | None) -> list[str]:
    return traceback.splitlines() if traceback else []
