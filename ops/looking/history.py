"""Everything that happened to one stream, in order."""

import json
from typing import Any

import asyncpg

from domain.catalogue import AGGREGATES, EVENTS, UPCASTERS
from engine.log.codec import Codec, UnknownEvent
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader
from engine.log.records import StoredEvent
from ops.looking.differences import Changes, Unfolding

_PAGE = 500


class History:
    """Reads a stream with the roles that an operator has."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._reader, self._keyring = LogReader(pool), KeyRing(pool)
        self._codec = Codec(EVENTS, UPCASTERS)

    async def of(self, stream: str, *, is_whole: bool) -> list[dict[str, Any]]:
        """An entry an event; `changes` is None from the first event on that this code does not know."""
        kind = stream.partition("-")[0]
        unfolding = Unfolding(AGGREGATES[kind], is_whole=is_whole) if kind in AGGREGATES else None
        found: list[dict[str, Any]] = []
        while page := await self._reader.stream(stream, len(found), limit=_PAGE):
            for stored in page:
                changes = await self._changes(stored, unfolding)
                unfolding = unfolding if changes is not None else None
                found.append({**_facts(stored), "changes": changes})
        return found

    async def _changes(self, stored: StoredEvent, unfolding: Unfolding | None) -> Changes | None:
        if unfolding is None:
            return None
        try:
            [recorded] = await self._codec.decode_many([stored], self._keyring)
        except UnknownEvent:
            return None
        return unfolding.after(stored, recorded)


def _facts(stored: StoredEvent) -> dict[str, Any]:
    known = json.loads(stored.metadata)
    return {
        "version": stored.version,
        "position": stored.position,
        "recorded_at": stored.recorded_at,
        "type": stored.type,
        "schema_version": stored.schema_version,
        "actor": known.get("actor"),
        "correlation": known.get("correlation"),
        "causation": known.get("causation"),
    }
