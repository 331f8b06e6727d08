"""What causes jobs, as it is now: an event from the log, or a tick of the timetable."""

from collections.abc import Sequence
from typing import Any

import orjson

from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.log.records import Recorded
from jobs.grouped import Grouped
from jobs.job import Cause, Tick
from jobs.ledger import Claimed


class Causes:
    """Events are read when a job begins: erased data stays erased."""

    def __init__(self, reader: LogReader, codec: Codec, keyring: KeyRing) -> None:
        self._reader, self._codec, self._keyring = reader, codec, keyring
        self._events = Grouped(self._read)

    async def of(self, claimed: Claimed) -> Cause:
        if claimed.position is None:
            assert claimed.tick_at is not None  # noqa: S101 - the table holds it: one of the two
            return Tick(claimed.event_id, claimed.job, claimed.tick_at)
        return await self._events.ask(claimed.position)

    async def _read(self, positions: Sequence[int]) -> list[Recorded]:
        stored = await self._reader.at(positions)
        by_position = {each.position: each for each in await self._codec.decode_many(stored, self._keyring)}
        return [by_position[position] for position in positions]


def correlation_of(cause: Cause) -> str:
    """The id that the whole chain of causes and effects bears: the request's, or the tick's own."""
    if isinstance(cause, Tick):
        return str(cause.id)
    metadata: dict[str, Any] = orjson.loads(cause.metadata)
    return str(metadata.get("correlation", cause.id))
