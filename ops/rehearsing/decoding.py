"""Decodes events with this code, and says of each that cannot be why not."""

from collections.abc import Sequence
from typing import NamedTuple

from engine.log.availability import is_unreachable
from engine.log.codec import Codec, UnknownEvent
from engine.log.keyring import KeyRing
from engine.log.records import LogUnavailable, Recorded, StoredEvent


class Decoded(NamedTuple):
    """`recorded` is None when `error` says why."""

    stored: StoredEvent
    recorded: Recorded | None
    error: str = ""


class Decoding:
    def __init__(self, codec: Codec, keyring: KeyRing, known: frozenset[str]) -> None:
        self._codec, self._keyring, self._known = codec, keyring, known

    async def decode(self, page: Sequence[StoredEvent]) -> list[Decoded]:
        try:
            return list(map(Decoded, page, await self._codec.decode_many(page, self._keyring)))
        except Exception as error:
            if _is_ours(error):
                raise
        return [await self._one(stored) for stored in page]

    async def _one(self, stored: StoredEvent) -> Decoded:
        try:
            [recorded] = await self._codec.decode_many([stored], self._keyring)
        except Exception as error:
            if _is_ours(error):
                raise
            return Decoded(stored, None, self._why(stored, error))
        return Decoded(stored, recorded)

    def _why(self, stored: StoredEvent, error: Exception) -> str:
        if isinstance(error, UnknownEvent):
            return "newer schema version" if stored.type in self._known else "unknown type"
        if isinstance(error, KeyError) and isinstance(error.args[0], tuple):
            return f"no upcaster from version {error.args[0][-1]}"
        return type(error).__name__


def _is_ours(error: Exception) -> bool:
    """A database that is away says nothing of the event."""
    return isinstance(error, LogUnavailable) or is_unreachable(error)
