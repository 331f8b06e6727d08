"""Folded aggregates: loaded from their streams, kept in a bounded cache, caught up when stale."""

from collections import OrderedDict
from typing import Any, NamedTuple

from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.reader import LogReader

_PAGE = 500


class Loaded(NamedTuple):
    """A stream's state. `sequence` is that of its last event; all zero for a stream without events."""

    state: Any
    version: int
    partition: int
    sequence: int


_NEW = Loaded(None, 0, 0, 0)


class Aggregates:
    """A stale entry is harmless: it can only cause a conflict, or be caught up before a refusal is believed."""

    def __init__(self, reader: LogReader, codec: Codec, keyring: KeyRing, *, cache_size: int) -> None:
        self._reader, self._codec, self._keyring, self._cache_size = reader, codec, keyring, cache_size
        self._cache: OrderedDict[str, Loaded] = OrderedDict()

    def held(self, stream: str) -> Loaded | None:
        found = self._cache.get(stream)
        if found:
            self._cache.move_to_end(stream)
        return found

    async def fresh(self, aggregate: type[Any], stream: str) -> Loaded:
        """Folds what the log has beyond the held state."""
        loaded = self._cache.get(stream, _NEW)
        while page := await self._reader.stream(stream, loaded.version, limit=_PAGE):
            state = loaded.state
            for recorded in await self._codec.decode_many(page, self._keyring):
                state = aggregate.evolve(state, recorded.event)
            last = page[-1]
            loaded = Loaded(state, last.version, last.partition, last.sequence)
        if loaded.version:
            self.keep(stream, loaded)
        return loaded

    def keep(self, stream: str, loaded: Loaded) -> None:
        known = self._cache.get(stream)
        if known is None or known.version < loaded.version:
            self._cache[stream] = loaded
        self._cache.move_to_end(stream)
        while len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)

    def forget_all(self) -> None:
        """The log has another epoch: what was folded may never have happened."""
        self._cache.clear()
