"""Builds one part: its events folded key by key, written chunk by chunk, each with the progress that it is."""

from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, NamedTuple

import asyncpg

from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.records import Recorded
from engine.projection.faults import is_poison
from engine.rebuild import parts
from engine.rebuild.build import Build
from engine.rebuild.careful import Careful
from engine.rebuild.chunk import ChunkWriter, Parked, set_aside
from engine.rebuild.completing import Completing
from engine.rebuild.control import Answer, Control
from engine.rebuild.decoding import Decoding
from engine.rebuild.estimate import Floor
from engine.rebuild.key_folding import FoldedKey, KeyFolder
from engine.rebuild.late_texts import LateField, late_fields
from engine.rebuild.part_events import PartEvents
from engine.rebuild.parts import Part


class ChunkLimits(NamedTuple):
    """A chunk ends with the key that reaches one of these."""

    events: int = 4_000
    size_bytes: int = 6 << 20


_LIMITS = ChunkLimits()


@dataclass(frozen=True, slots=True)
class Tools:
    """What a build works with. The connection to the log is for reading; the part belongs to the other one."""

    log: "asyncpg.Connection[Any]"
    read: "asyncpg.Connection[Any]"
    codec: Codec
    keyring: KeyRing
    event_types: Sequence[type[Any]]
    renderers: Executor
    limits: ChunkLimits = _LIMITS
    floor: Floor | None = None


class PartBuilding:
    """Works for builds that share one reading of the log."""

    def __init__(self, tools: Tools, builds: Sequence[Build]) -> None:
        late = late_fields(fold for build in builds for fold in build.projection.model.folds)
        self._connection, self._limits = tools.read, tools.limits
        self._events = _events(tools, builds, late)
        self._decoding = Decoding(tools.codec, tools.keyring, late)
        self._folder = KeyFolder(builds)
        completing = Completing(self._events, tools.codec, tools.keyring, tools.renderers)
        self._writer = ChunkWriter(builds, completing)
        self._careful = Careful(builds, self._events, tools.codec, tools.keyring)

    async def build(self, part: Part, control: Control) -> Answer:
        """Builds what is left of the part, or stops at a chunk's end when that is asked for.

        Raises:
            UnknownEvent: the log has an event that this code is too old for.
            PartTaken: another worker was there.
        """
        async for keys, events in self._chunks(part):
            part = await self._write(part, keys, events)
            if await control.after(events) is Answer.END:
                return Answer.END
        async with self._connection.transaction():
            await parts.finish_part(self._connection, part)
        return Answer.GO_ON

    async def _chunks(self, part: Part) -> AsyncIterator[tuple[list[FoldedKey], int]]:
        """Whole keys, and how many events they are."""
        keys: list[FoldedKey] = []
        events = size_bytes = 0
        async for folded, count in self._keys(part):
            keys.append(folded)
            events += count
            size_bytes += self._writer.size_of(folded)
            if events >= self._limits.events or size_bytes >= self._limits.size_bytes:
                yield keys, events
                keys, events, size_bytes = [], 0, 0
        if keys:
            yield keys, events

    async def _keys(self, part: Part) -> AsyncIterator[tuple[FoldedKey, int]]:
        current, count = "", 0
        async for batch in self._events.batches(part.partition, part.target, part.last_key):
            for event in await self._decoding.decode(batch):
                if event.key != current:
                    if count:
                        yield self._folder.leave(current, part.partition), count
                    current, count = event.key, 0
                count += 1
                if isinstance(event, Recorded):
                    self._folder.take(event)
                else:
                    self._folder.break_for(event.type)
        if count:
            yield self._folder.leave(current, part.partition), count

    async def _write(self, part: Part, keys: list[FoldedKey], events: int) -> Part:
        parked = [each for key in keys for build in key.broken if (each := await self._settle(build, key)) is not None]
        try:
            return await self._commit(part, keys, events, parked)
        except Exception as error:
            if not is_poison(error):
                raise
        for key in await self._suspects(keys):
            parked += await self._settle_all(part, key)
        return await self._commit(part, keys, events, parked)

    async def _commit(self, part: Part, keys: list[FoldedKey], events: int, parked: list[Parked]) -> Part:
        await self._writer.complete(self._connection, keys)
        async with self._connection.transaction():
            moved = await parts.move(self._connection, part, keys[-1].key, events)
            await self._writer.write(self._connection, keys)
            await set_aside(self._connection, parked)
        return moved

    async def _suspects(self, keys: Sequence[FoldedKey]) -> list[FoldedKey]:
        """Those that cannot be written, found by halves."""
        try:
            await self._writer.try_out(self._connection, *keys)
        except Exception as error:
            if not is_poison(error):
                raise
            if len(keys) == 1:
                return list(keys)
            middle = len(keys) // 2
            return [*await self._suspects(keys[:middle]), *await self._suspects(keys[middle:])]
        return []

    async def _settle_all(self, part: Part, key: FoldedKey) -> list[Parked]:
        """Carefully for every build: those that the key is no trouble for come to the same rows."""
        builds = [build for build in part.builds if build not in key.broken]
        key.rows = [row for row in key.rows if self._folder.build_of(row[0]) not in builds]
        return [each for build in builds if (each := await self._settle(build, key)) is not None]

    async def _settle(self, build: Build, key: FoldedKey) -> Parked | None:
        return await self._careful.settle(self._connection, self._writer, build, key)


def _events(tools: Tools, builds: Sequence[Build], late: Mapping[str, LateField]) -> PartEvents:
    wanted = {kind for build in builds for kind in build.projection.types}
    return PartEvents(tools.log, wanted, [kind.__name__ for kind in tools.event_types], late)
