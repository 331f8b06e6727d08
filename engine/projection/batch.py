"""One batch in one transaction: checkpoints first, then the rows of every projection."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import asyncpg

from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.records import Recorded, StoredEvent
from engine.projection import checkpoints
from engine.projection.folding import FoldedBatch, subscribed
from engine.projection.memo import READING, WRITING, BatchMemo, Wish
from engine.projection.opening import open_batch
from engine.projection.parking import Fault, park, unpark
from engine.projection.procedures import Procedures
from engine.projection.projection import Projection, Slice
from engine.projection.store import Store

_MANY_EVENTS = 20


class Batch:
    """Writes slices of events into their projections, all or nothing."""

    def __init__(self, store: Store, codec: Codec, keyring: KeyRing, renderers: Executor) -> None:
        self.store = store
        self._codec, self._keyring, self._renderers = codec, keyring, renderers
        self._known: Procedures | None = None

    async def write(self, slices: Sequence[Slice]) -> None:
        """Folds and commits.

        Raises:
            CheckpointMoved: another owner was there.
            Exception: whatever a fold or the database raised; nothing was written.
        """
        known = await self._decode(slices)
        moves = {each.projection.name: each.moves() for each in slices}
        procedures = await self._procedures()
        async with procedures.transaction():
            # in one order everywhere, so that no two owners each hold what the other waits for
            in_order = sorted(move for each in moves.values() for move in each)
            parked = await open_batch(procedures, in_order, [each.projection for each in slices], _keys(slices))
            flowing = [(each, await _flowing(procedures.connection, each, parked)) for each in slices]
            await self._fold_all(
                procedures, [(each.projection, [known[event.position] for event in run]) for each, run in flowing]
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
        procedures = await self._procedures()
        connection = procedures.connection
        async with procedures.transaction():
            await checkpoints.hold(connection, projection.model.name, projection.generation, events[0].partition)
            await unpark(connection, projection, events)
            await self._fold_all(procedures, [(projection, recorded)])

    async def _procedures(self) -> Procedures:
        connection = await self.store.connection()
        if self._known is None or self._known.connection is not connection:
            self._known = Procedures(connection)
        return self._known

    async def _decode(self, slices: Sequence[Slice]) -> Mapping[int, Recorded]:
        """By position, each event that any projection wants."""
        wanted: dict[int, StoredEvent] = {}
        for projection, events in slices:
            wanted.update((event.position, event) for event in events if event.type in projection.types)
        recorded = await self._codec.decode_many(list(wanted.values()), self._keyring)
        return dict(zip(wanted, recorded, strict=True))

    async def _fold_all(
        self, procedures: Procedures, recorded: Sequence[tuple[Projection, Sequence[Recorded]]]
    ) -> None:
        folds = [
            FoldedBatch(tables, own)
            for projection, events in recorded
            for tables in projection.folds
            if (own := subscribed(tables, events))
        ]
        memo = BatchMemo({stream for each in folds for stream in each.streams()})
        reading = [statement for projection, _ in recorded for statement in projection.reading]
        found = await procedures.call(
            [READING, *reading], [*memo.reads(), *(p for each in folds for p in each.reads())]
        )
        memo.take(found.get(READING.sql) or ())
        for each in folds:
            each.take(found)
        wishes: list[Wish] = []
        for each in folds:
            wishes += each.fold(memo)
            if len(each.events) > _MANY_EVENTS:
                await asyncio.sleep(0)  # another lane may have something for the database to do meanwhile
        await memo.complete(wishes, self._renderers)
        for each in folds:
            each.finish(memo)
        forgotten = {stream for each in folds for stream in each.forgotten()}
        writes = [part for each in folds for part in each.writes()]
        writing = [statement for projection, _ in recorded for statement in projection.writing]
        await procedures.call([*writing, *WRITING], [*writes, *memo.writes(forgotten)])


def _keys(slices: Sequence[Slice]) -> set[str]:
    return {event.key for each in slices for event in each.events}


async def _flowing(
    connection: "asyncpg.Connection[Any]", own: Slice, parked: Mapping[str, Collection[str]]
) -> list[StoredEvent]:
    """The wanted events without those of parked keys, which are parked as well."""
    projection = own.projection
    wanted = [event for event in own.events if event.type in projection.types]
    held = parked.get(projection.name)
    if held:
        await park(connection, projection, [event for event in wanted if event.key in held], Fault())
        wanted = [event for event in wanted if event.key not in held]
    return wanted
