"""The careful way for a key that cannot be folded as a whole: event by event, to the first that fails."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from engine.log.codec import Codec, UnknownEvent
from engine.log.keyring import KeyRing
from engine.log.records import Recorded, StoredEvent
from engine.projection.faults import is_poison
from engine.projection.fold_tables import FoldBroken, FoldTables, Key
from engine.projection.parking import Fault
from engine.rebuild.build import Build
from engine.rebuild.chunk import ChunkWriter, Parked
from engine.rebuild.key_folding import FoldedKey, NoMemo, Row
from engine.rebuild.part_events import PartEvents

Rows = dict[tuple[int, Key], Row]


class Careful:
    """Finds the last state of a key that can be written, and what is to be parked behind it."""

    def __init__(self, builds: Sequence[Build], events: PartEvents, codec: Codec, keyring: KeyRing) -> None:
        self._folds = [(n, b, t) for n, (b, t) in enumerate((b, t) for b in builds for t in b.projection.folds)]
        self._events, self._codec, self._keyring = events, codec, keyring

    async def settle(
        self, connection: "asyncpg.Connection[Any]", writer: ChunkWriter, build: Build, key: FoldedKey
    ) -> Parked | None:
        """Gives the key the rows that this build can have, and says what is to be parked."""
        rows: Rows = {}
        parked: list[StoredEvent] = []
        fault: Exception | None = None
        target = build.targets[key.partition]
        async for event in self._events.of_key(key.key, target, build.projection.types):
            if fault is not None:
                parked.append(event._replace(data="", metadata=""))  # what is kept is where it is
                continue
            try:
                after = await self._folded(build, rows, event)
                await writer.try_out(connection, _as_key(key, after))
            except UnknownEvent:
                raise
            except Exception as error:
                if not is_poison(error):
                    raise
                fault = error
                parked.append(event)
            else:
                rows = after
        key.rows += _as_key(key, rows).rows
        return Parked(build, parked, Fault.of(fault, 1)) if fault is not None else None

    async def _folded(self, build: Build, rows: Rows, event: StoredEvent) -> Rows:
        [recorded] = await self._codec.decode_many([event], self._keyring)
        after = dict(rows)
        for number, owner, tables in self._folds:
            if owner is build and type(recorded.event) in tables.events:
                for key in tables.fold.keys_of(recorded):
                    after[number, key] = _row(tables, key, after.get((number, key)), recorded)
        return after


def _row(tables: FoldTables, key: Key, held: Row | None, recorded: Recorded) -> Row:
    value = tables.fold.fold(held.value if held is not None else None, recorded, NoMemo())
    if value is not None and tables.rows.key_of(value) != key:
        raise FoldBroken(f"a fold of {tables.fold.table.name} wrote another row than its key names")
    return Row(value, recorded.stream)


def _as_key(key: FoldedKey, rows: Rows) -> FoldedKey:
    """The rows that there are, each its own copy: completing one must not touch what is folded on."""
    found = [(n, Row(row.value, row.stream)) for (n, _), row in rows.items() if row.value is not None]
    return FoldedKey(key.key, key.partition, found)
