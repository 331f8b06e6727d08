"""Changes as they are sent, each with the place in the log at which a listener is after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from kit.consistency import ConsistencyToken
from kit.http.event_stream import frame
from query_api.changes_sql import Change


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a listener wants to hear of."""

    kinds: frozenset[str] = frozenset()
    """None: all."""
    posts: frozenset[str] = frozenset()
    """None: all."""

    @property
    def is_everything(self) -> bool:
        return not self.kinds and not self.posts

    def take(self, change: Change) -> bool:
        return (not self.kinds or change.kind in self.kinds) and (not self.posts or change.post in self.posts)


class Told(NamedTuple):
    """What is sent of a batch of changes."""

    frames: list[tuple[Change, bytes]]
    whole: bytes
    """To those who want everything."""
    place: ConsistencyToken
    """After it."""

    def to(self, wishes: Wishes) -> bytes:
        if wishes.is_everything:
            return self.whole
        return b"".join(sent for change, sent in self.frames if wishes.take(change))


def tell(changes: Iterable[Change], before: ConsistencyToken, reached: dict[int, int]) -> Told:
    """Makes what is sent of a page that was read from `before` to `reached`."""
    sequences, frames = dict(before.sequences), []
    for change in changes:
        sequences[change.partition] = change.sequence
        if change.is_told:
            frames.append((change, _sent(change, ConsistencyToken(before.epoch, sequences))))
    place = ConsistencyToken(before.epoch, sequences | reached)
    return Told(frames, b"".join(sent for _, sent in frames), place)


def beat(place: ConsistencyToken, retry_ms: int = 0) -> bytes:
    """Nothing happened up to here."""
    return frame(identity=str(place), retry_ms=retry_ms)


def reset(place: ConsistencyToken) -> bytes:
    """The place that a listener had is of another life of the log; this is where it is now."""
    return frame(event="reset", data='{"kind":"reset"}', identity=str(place))


def _sent(change: Change, place: ConsistencyToken) -> bytes:
    of_it = {"post": change.post} if change.comment is None else {"post": change.post, "comment": change.comment}
    read = f"/posts/{change.post}" if change.comment is None else f"/comments/{change.comment}"
    told = {"kind": change.kind, **of_it, "read": read}
    return frame(event=change.kind, data=orjson.dumps(told).decode(), identity=str(place))
