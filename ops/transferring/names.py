"""Reserves again the names that streams hold, as their events say."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from domain.catalogue import AGGREGATES, EVENTS, UPCASTERS
from domain.event import Scope
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.names import Names
from engine.log.records import Recorded, StoredEvent

_BATCH = 200
_COLUMNS = ", ".join("partition_key" if name == "key" else name for name in StoredEvent._fields)
_READ = f"SELECT {_COLUMNS} FROM events ORDER BY stream, version"  # noqa: S608 - made of constants
_CLAIM = """
    INSERT INTO claims (kind, value, stream) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
        ON CONFLICT DO NOTHING
"""


class _Identities(KeyRing):
    """Opens who people are, and not what they wrote: no name is made of that, and opening it takes long."""

    async def load(self, accounts: Iterable[str]) -> Mapping[str, Mapping[str, bytes | None]]:
        found = await super().load(accounts)
        return {account: {Scope.IDENTITY: keys.get(Scope.IDENTITY)} for account, keys in found.items()}


async def claim_names(connection: Any, secret: bytes) -> tuple[int, int]:
    """Folds every stream in the caller's transaction; gives how many names were claimed, and how many held already.

    Raises:
        UnknownEvent: this code is older than the log.
    """
    names, held, claimed = Names(connection, secret), 0, 0
    batch: list[tuple[str, str, str]] = []
    async for stream, state in _states(connection):
        claims = (names.stored(name.kind, name.value, is_private=name.is_private) for name in state.names)
        batch += [(claim.kind, claim.value, stream) for claim in claims]
        if len(batch) >= _BATCH:
            held, claimed = held + len(batch), claimed + await _claim(connection, batch)
            batch.clear()
    held, claimed = held + len(batch), claimed + await _claim(connection, batch)
    return claimed, held - claimed


async def _states(connection: Any) -> AsyncIterator[tuple[str, Any]]:
    """Each stream of a kind that can hold names, and its state."""
    stream, state = "", None
    async for recorded in _recorded(connection):
        if recorded.stream != stream:
            if state is not None:
                yield stream, state
            stream, state = recorded.stream, None
        aggregate = AGGREGATES.get(stream.partition("-")[0])
        state = aggregate.evolve(state, recorded.event) if aggregate else None
    if state is not None:
        yield stream, state


async def _recorded(connection: Any) -> AsyncIterator[Recorded]:
    codec, keys = Codec(EVENTS, UPCASTERS), _Identities(connection)
    page: list[StoredEvent] = []
    async for row in connection.cursor(_READ, prefetch=_BATCH):
        page.append(StoredEvent(*row))
        if len(page) == _BATCH:
            for recorded in await codec.decode_many(page, keys):
                yield recorded
            page = []
    for recorded in await codec.decode_many(page, keys):
        yield recorded


async def _claim(connection: Any, batch: list[tuple[str, str, str]]) -> int:
    kinds, values, streams = zip(*batch, strict=True) if batch else ((), (), ())
    return int((await connection.execute(_CLAIM, kinds, values, streams)).rpartition(" ")[2])
