"""Folds a parked key's events in order, once the cause is gone."""

import asyncio

from engine.following.contract import Log
from engine.projection.batch import Batch
from engine.projection.contract import ReadModel
from engine.projection.faults import is_poison
from engine.projection.parking import Fault, NotParked, failed_again, first_parked
from engine.projection.projection import Projection
from engine.projection.store import Store


class StillPoisoned(Exception):  # noqa: N818 - named for the fact
    """The event fails as before; it and what waits behind it stay parked."""


class Release:
    """Works beside the projector: each event is one transaction, and what arrives meanwhile waits its turn."""

    def __init__(self, store: Store, batch: Batch, reader: Log) -> None:
        self._store, self._batch, self._reader = store, batch, reader

    async def release(self, model: ReadModel, key: str) -> int:
        """Folds every parked event of the key, in every generation; says how many.

        Raises:
            StillPoisoned: one of them failed; those before it are folded.
        """
        count = 0
        while (place := await first_parked(await self._store.connection(), model.name, key)) is not None:
            [event] = await self._reader.partition(place.partition, place.sequence - 1, limit=1, up_to=place.sequence)
            projection = Projection(model, place.generation)
            try:
                await self._batch.refold(projection, event)
            except NotParked:
                await asyncio.sleep(0)  # another release of the same key: look again
                continue
            except Exception as error:
                if not is_poison(error):
                    raise
                await failed_again(await self._store.connection(), projection, event, Fault.of(error, 1))
                raise StillPoisoned(f"{event.id} ({event.type}) fails in {projection.name}") from error
            count += 1
        return count
