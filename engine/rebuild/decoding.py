"""Decodes a build's events, with those that cannot be decoded left as they are stored."""

from collections.abc import Mapping, Sequence

from engine.log.codec import Codec, UnknownEvent
from engine.log.keyring import KeyRing
from engine.log.records import Recorded, StoredEvent
from engine.projection.faults import is_poison
from engine.rebuild.late_texts import LateField, LateText, is_cut
from engine.rebuild.part_events import PartBatch


class Decoding:
    def __init__(self, codec: Codec, keyring: KeyRing, late: Mapping[str, LateField]) -> None:
        self._codec, self._keyring, self._late = codec, keyring, late

    async def decode(self, batch: PartBatch) -> Sequence[Recorded | StoredEvent]:
        """In the same order.

        Raises:
            UnknownEvent: this code is older than an event.
        """
        decoded = await self._decode(batch.events)
        for number, stored in enumerate(batch.events):
            if is_cut(stored.data) and isinstance(event := decoded[number], Recorded):
                name = self._late[stored.type].name
                # a frozen model's own attributes: nobody else has seen this event yet
                event.event.__dict__[name] = LateText(stored.position, name, batch.sizes_bytes[number])
        return decoded

    async def _decode(self, events: Sequence[StoredEvent]) -> Sequence[Recorded | StoredEvent]:
        try:
            return await self._codec.decode_many(events, self._keyring)
        except UnknownEvent:
            raise
        except Exception as error:
            if not is_poison(error):
                raise
            if len(events) == 1:
                return events
        middle = len(events) // 2
        return [*await self._decode(events[:middle]), *await self._decode(events[middle:])]
