"""One batch in one transaction: checkpoints first, then the rows of every projection."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import asyncpg

from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.records import Recorded, StoredEvent
from engine.projection import checkpoints, combining
from engine.projection.folding import FoldedBatch, subscribed
from engine.projection.memo import BatchMemo, Wish
from engine.projection.parking import Fault, park, parked_keys, unpark
from engine.projection.projection import Projection, Slice
from engine.projection.store import Store


class Batch:
    """Writes slices of events into their projections, all or nothing."""

    def __init__(self, store: Store, codec: Codec, keyring: KeyRing, renderers: Executor) -> None:
        self.store = store
        self._codec, self._keyring, self._renderers = codec, keyring, renderers

    async def write(self, slices: Sequence[Slice]) -> None:
        """Folds and commits.

        Raises:
            CheckpointMoved: another owner was there.
            Exception: whatever a fold or the database raised; nothing was written.
        """
        known = await self._decode(slices)
        moves = {each.projection.name: each.moves() for each in slices}
        connection = await self.store.connection()
        async with connection.transaction():
            # in one order everywhere, so that no two owners each hold what the other waits for
            await checkpoints.move(connection, sorted(move for each in moves.values() for move in each))
            flowing = await _set_parked_aside(connection, slices)
            await self._fold_all(
                connection, [(each, [known[event.position] for event in run]) for each, run in flowing]
            )
        for each in slices:
            each.projection.moved(moves[each.projection.name])

    async def set_aside(self, poisoned: Slice, error: Exception, attempts: int) -> None:
        """Parks the events instead of folding them; what comes later of their keys follows them."""
        moves = poisoned.moves()
        connection = await self.store.connection()
        async with connection.transaction():
            await checkpoints.move(connection, moves)
            await park(connection, poisoned.projection, poisoned.events, Fault.of(error, attempts))
        poisoned.projection.moved(moves)

    async def refold(self, projection: Projection, events: Sequence[StoredEvent]) -> None:
        """Folds the first parked events of a key, and un-parks them.

        Raises:
            NotParked: they are not, or not the first.
            Exception: whatever the fold or the database raised; they stay parked.
        """
        recorded = await self._codec.decode_many(events, self._keyring)
        connection = await self.store.connection()
        async with connection.transaction():
            await checkpoints.hold(connection, projection.model.name, projection.generation, events[0].partition)
            await unpark(connection, projection, events)
            await self._fold_all(connection, [(projection, recorded)])

    async def _decode(self, slices: Sequence[Slice]) -> Mapping[int, Recorded]:
        """By position, each event that any projection wants."""
        wanted: dict[int, StoredEvent] = {}
        for projection, events in slices:
            wanted.update((event.position, event) for event in events if event.type in projection.types)
        recorded = await self._codec.decode_many(list(wanted.values()), self._keyring)
        return dict(zip(wanted, recorded, strict=True))

    async def _fold_all(
        self, connection: "asyncpg.Connection[Any]", recorded: Sequence[tuple[Projection, Sequence[Recorded]]]
    ) -> None:
        folds = [
            FoldedBatch(tables, own)
            for projection, events in recorded
            for tables in projection.folds
            if (own := subscribed(tables, events))
        ]
        memo = BatchMemo({stream for each in folds for stream in each.streams()})
        await _read(connection, memo, folds)
        wishes: list[Wish] = []
        for each in folds:
            wishes += each.fold(memo)
            await asyncio.sleep(0)  # another lane may have something for the database to do meanwhile
        await memo.complete(wishes, self._renderers)
        for each in folds:
            each.finish(memo)
        forgotten = {stream for each in folds for stream in each.forgotten()}
        writes = [part for each in folds for part in each.writes()]
        await combining.write(connection, [*writes, *memo.writes(forgotten)])
        await combining.write(connection, [part for each in folds for part in each.last_writes()])


async def _read(connection: "asyncpg.Connection[Any]", memo: BatchMemo, folds: Sequence[FoldedBatch]) -> None:
    remembered = memo.reads()
    found = iter(await combining.read(connection, [*remembered, *(part for each in folds for part in each.reads())]))
    if remembered:
        memo.take(next(found))
    for each in folds:
        each.take(found)


async def _set_parked_aside(
    connection: "asyncpg.Connection[Any]", slices: Sequence[Slice]
) -> list[tuple[Projection, list[StoredEvent]]]:
    """The wanted events of each projection without those of parked keys, which are parked as well."""
    keys = {event.key for each in slices for event in each.events}
    parked = await parked_keys(connection, [each.projection for each in slices], keys)
    flowing: list[tuple[Projection, list[StoredEvent]]] = []
    for projection, events in slices:
        wanted = [event for event in events if event.type in projection.types]
        held = parked.get(projection.name)
        if held:
            await park(connection, projection, [event for event in wanted if event.key in held], Fault())
            wanted = [event for event in wanted if event.key not in held]
        flowing.append((projection, wanted))
    return flowing
