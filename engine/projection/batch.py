"""One batch in one transaction: checkpoints first, then the rows of every projection."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import asyncpg

from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.records import Recorded, StoredEvent
from engine.projection import checkpoints
from engine.projection.fold_tables import FoldTables
from engine.projection.folding import Changes, changes, fold_rows, keys_to_read, subscribed
from engine.projection.memo import BatchMemo, Wish, forget
from engine.projection.parking import Fault, park, parked_keys, unpark
from engine.projection.projection import Projection, Slice
from engine.projection.store import Store

Decoded = Mapping[int, Recorded]
"""Events by position."""


class Batch:
    """Writes slices of events into their projections, all or nothing."""

    def __init__(self, store: Store, codec: Codec, keyring: KeyRing, renderers: Executor) -> None:
        self.store = store
        self._codec, self._keyring, self._renderers = codec, keyring, renderers

    async def decode(self, slices: Sequence[Slice]) -> Decoded:
        """Each event that any projection wants is decoded once."""
        wanted: dict[int, StoredEvent] = {}
        for projection, events in slices:
            wanted.update((event.position, event) for event in events if event.type in projection.types)
        recorded = await self._codec.decode_many(list(wanted.values()), self._keyring)
        return dict(zip(wanted, recorded, strict=True))

    async def write(self, slices: Sequence[Slice], decoded: Decoded | None = None) -> None:
        """Folds and commits.

        Raises:
            CheckpointMoved: another owner was there.
            Exception: whatever a fold or the database raised; nothing was written.
        """
        known = decoded if decoded is not None else await self.decode(slices)
        moves = {each.projection.name: each.moves() for each in slices}
        connection = await self.store.connection()
        async with connection.transaction():
            await checkpoints.move(connection, [move for each in moves.values() for move in each])
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

    async def refold(self, projection: Projection, event: StoredEvent) -> None:
        """Folds the first parked event of its key, and un-parks it.

        Raises:
            NotParked: it is not, or not the first.
            Exception: whatever the fold or the database raised; it stays parked.
        """
        recorded = await self._codec.decode_many([event], self._keyring)
        connection = await self.store.connection()
        async with connection.transaction():
            await checkpoints.hold(connection, projection.model.name, projection.generation, event.partition)
            await unpark(connection, projection, event)
            await self._fold_all(connection, [(projection, recorded)])

    async def _fold_all(
        self, connection: "asyncpg.Connection[Any]", recorded: Sequence[tuple[Projection, Sequence[Recorded]]]
    ) -> None:
        memo = BatchMemo()
        await memo.prepare(connection, _wishes(recorded), self._renderers)
        for projection, events in recorded:
            for tables in projection.folds:
                await _fold(connection, tables, events, memo)


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


def _wishes(recorded: Sequence[tuple[Projection, Sequence[Recorded]]]) -> list[Wish]:
    return [
        Wish(event.stream, event.position, renderer, text)
        for projection, events in recorded
        for tables in projection.folds
        if tables.fold.renders is not None
        for event in events
        if type(event.event) in tables.events
        for renderer, text in tables.fold.renders(event)
    ]


async def _fold(
    connection: "asyncpg.Connection[Any]", tables: FoldTables, events: Sequence[Recorded], memo: BatchMemo
) -> None:
    own = subscribed(tables, events)
    if not own:
        return
    before = await tables.rows.load(connection, *keys_to_read(tables, own))
    after = fold_rows(tables.fold, own, before, memo)
    found = changes(tables, own, before, after)
    await _write(connection, tables, found)
    if found.gone and tables.fold.renders is not None:
        gone = set(found.gone)
        await forget(connection, {event.stream for key, event in own if key in gone})


async def _write(connection: "asyncpg.Connection[Any]", tables: FoldTables, found: Changes) -> None:
    await tables.rows.write(connection, found.rows, found.gone)
    for counter, deltas in zip(tables.counters, found.counters, strict=True):
        await counter.add(connection, deltas)
    for derived, gone, new in zip(tables.derived, found.derived_gone, found.derived_new, strict=True):
        await derived.replace(connection, gone, new)
