"""Folds a parked key's events in order, once the cause is gone."""

import asyncio
from collections.abc import Sequence

from engine.log.reader import LogReader
from engine.log.records import StoredEvent
from engine.projection.batch import Batch
from engine.projection.contract import ReadModel
from engine.projection.faults import is_poison
from engine.projection.parking import Fault, NotParked, failed_again
from engine.projection.projection import Projection
from engine.projection.queues import first_places, parkings
from engine.projection.store import Store

PAGE_EVENTS = 200
_PAGE_BYTES = 1 << 20
"""Projectors wait for a page of their partition; however many wait behind a key, no more is held in memory."""


class StillPoisoned(Exception):  # noqa: N818 - named for the fact
    """The event fails as before; it and what waits behind it stay parked."""


class Release:
    """Works beside the projector: a page is one transaction, and what arrives meanwhile waits its turn."""

    def __init__(self, store: Store, batch: Batch, reader: LogReader) -> None:
        self._store, self._batch, self._reader = store, batch, reader

    async def release(self, model: ReadModel, key: str) -> int:
        """Folds every parked event of the key, in every generation of the model's version; says how many.

        Raises:
            StillPoisoned: one of them failed; those before it are folded.
        """
        count = 0
        for projection in await self._projections(model, key):
            while events := await self._first(projection, key, PAGE_EVENTS):
                count += await self._fold(projection, events)
        return count

    async def retry(self, model: ReadModel, key: str) -> int:
        """Folds the first parked event of the key alone, in every generation of the model's version.

        Raises:
            StillPoisoned: it fails as before.
        """
        count = 0
        for projection in await self._projections(model, key):
            if events := await self._first(projection, key, 1):
                count += await self._fold(projection, events)
        return count

    async def _projections(self, model: ReadModel, key: str) -> list[Projection]:
        found = await parkings(await self._store.connection(), model.name, key)
        return [Projection(model, each.generation) for each in found if each.version == model.version]

    async def _first(self, projection: Projection, key: str, limit: int) -> list[StoredEvent]:
        """The first parked events, as the log has them: fewer than there are when they are large."""
        places = await first_places(await self._store.connection(), projection, key, limit)
        if not places:
            return []
        (partition, sequence), wanted = places[0], {place.sequence for place in places}
        [first] = await self._reader.partition(partition, sequence - 1, limit=1, up_to=sequence)
        found = await self._reader.key(key, first.position - 1, limit=PAGE_EVENTS, max_bytes=_PAGE_BYTES)
        return [event for event in found if event.sequence in wanted]

    async def _fold(self, projection: Projection, events: Sequence[StoredEvent]) -> int:
        """Folds them, or as many of the first ones as can be."""
        try:
            await self._batch.refold(projection, events)
        except NotParked:
            await asyncio.sleep(0)  # another release of the same key: look again
            return 0
        except Exception as error:
            if not is_poison(error):
                raise
            if len(events) > 1:
                return await self._fold(projection, events[: len(events) // 2])
            [event] = events
            await failed_again(await self._store.connection(), projection, event, Fault.of(error, 1))
            raise StillPoisoned(f"{event.id} ({event.type}) fails in {projection.name}") from error
        return len(events)
