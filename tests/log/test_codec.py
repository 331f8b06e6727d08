"""What is personal is unreadable without its key, and old events are read in the newest shape."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from engine.log.appender import Appender
from engine.log.codec import Codec, UnknownEvent
from engine.log.keyring import KeyDestroyed, KeyRing, NewKeys
from engine.log.reader import LogReader
from engine.log.records import StoredEvent
from kit.clock import now
from kit.ids import new_id
from tests.log.appends import append
from tests.log.shelf import NoteShelved, NoteWritten

SCOPES = ("identity", "content")
UPCASTERS = {
    ("NoteWritten", 1): lambda data: {**{k: v for k, v in data.items() if k != "body"}, "text": data["body"]},
    ("NoteWritten", 2): lambda data: {**data, "pages": [len(data["text"] or "")]},
}


@pytest.fixture
def codec() -> Codec:
    return Codec([NoteWritten, NoteShelved], UPCASTERS)


@pytest.fixture
def keyring(pool: "asyncpg.Pool[Any]") -> KeyRing:
    return KeyRing(pool)


async def _write(appender: Appender, codec: Codec, keyring: KeyRing, **fields: Any) -> UUID:
    """Stores a note of a new account with its keys; returns the account."""
    writer = new_id()
    keys = NewKeys(keyring, writer, SCOPES)
    note = codec.encode(NoteWritten(writer=writer, **fields), new_id(), keys, "{}")
    await appender.append(append(f"note-{writer}", replaced=(note,), new_keys=keys.made))
    return writer


async def test_personal_fields_are_unreadable_in_the_log_and_read_back_with_the_key(
    appender: Appender, reader: LogReader, codec: Codec, keyring: KeyRing
) -> None:
    await _write(appender, codec, keyring, text="my diary", byline="Ada", pages=(1, 2))
    stored = await reader.all(0)
    assert "diary" not in stored[0].data
    assert "Ada" not in stored[0].data
    (recorded,) = await codec.decode_many(stored, keyring)
    assert (recorded.event.text, recorded.event.byline, recorded.event.pages) == ("my diary", "Ada", (1, 2))
    assert (recorded.position, recorded.stream) == (stored[0].position, stored[0].stream)


async def test_a_destroyed_key_leaves_nothing_to_read(
    appender: Appender, reader: LogReader, codec: Codec, keyring: KeyRing
) -> None:
    writer = await _write(appender, codec, keyring, text="my diary", byline="Ada")
    await appender.append(append(f"note-{writer}", 1, destroyed_keys=((writer, "identity"),)))
    (recorded,) = await codec.decode_many((await reader.all(0))[:1], keyring)
    assert (recorded.event.text, recorded.event.byline) == ("my diary", None)
    with pytest.raises(KeyDestroyed):
        codec.encode(NoteWritten(writer=writer, text=None, byline="Ada"), new_id(), keyring, "{}")


async def test_a_destroyed_key_stops_working_where_it_was_held(
    appender: Appender, reader: LogReader, codec: Codec, pool: "asyncpg.Pool[Any]"
) -> None:
    keyring = KeyRing(pool, ttl_s=0)
    writer = await _write(appender, codec, keyring, text="my diary")
    stored = await reader.all(0)
    assert (await codec.decode_many(stored, keyring))[0].event.text == "my diary"
    await appender.append(append(f"note-{writer}", 1, destroyed_keys=((writer, "content"),)))
    assert (await codec.decode_many(stored, keyring))[0].event.text is None


async def test_a_box_opens_only_as_its_own_field_of_its_own_event(
    appender: Appender, reader: LogReader, codec: Codec, keyring: KeyRing
) -> None:
    await _write(appender, codec, keyring, text="my diary")
    (stored,) = await reader.all(0)
    with pytest.raises(InvalidTag):
        await codec.decode_many([stored._replace(id=new_id())], keyring)


async def test_a_batch_larger_than_the_ring_is_read_whole(
    appender: Appender, reader: LogReader, codec: Codec, pool: "asyncpg.Pool[Any]"
) -> None:
    keyring = KeyRing(pool, size=3)
    for n in range(8):
        await _write(appender, codec, keyring, text=f"note {n}")
    recorded = await codec.decode_many(await reader.all(0), keyring)
    assert [one.event.text for one in recorded] == [f"note {n}" for n in range(8)]


async def test_old_events_are_read_in_the_newest_shape(
    appender: Appender, reader: LogReader, codec: Codec, keyring: KeyRing
) -> None:
    writer = await _write(appender, codec, keyring, text="my diary")
    (stored,) = await reader.all(0)
    old = stored._replace(schema_version=1, data=f'{{"writer":"{writer}","body":"ink"}}')
    newer = stored._replace(schema_version=2, data=stored.data.replace(',"pages":[]', ""))
    first, second = await codec.decode_many([old, newer], keyring)
    assert (first.event.text, first.event.pages) == ("ink", (3,))
    assert (second.event.text, second.event.pages) == ("my diary", (8,))


async def test_an_unknown_type_or_a_newer_version_is_told_apart_from_a_fault(
    appender: Appender, reader: LogReader, codec: Codec, keyring: KeyRing
) -> None:
    await _write(appender, codec, keyring, text="my diary")
    (stored,) = await reader.all(0)
    for kind, version in (("NoteLost", 1), ("NoteShelved", 2)):
        with pytest.raises(UnknownEvent) as unknown:
            await codec.decode_many([stored._replace(type=kind, schema_version=version)], keyring)
        assert (unknown.value.type, unknown.value.schema_version) == (kind, version)


@given(texts=st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_any_text_reads_back_as_it_was_written(texts: list[str | None]) -> None:
    keys = HeldKeys()
    codec = Codec([NoteWritten], {})
    written = [NoteWritten(writer=keys.account, text=text, byline=text) for text in texts]
    encoded = [codec.encode(note, new_id(), keys, "{}") for note in written]
    stored = [
        StoredEvent(one.id, new_id(), n, 0, n, "k", "s", n, one.type, one.schema_version, one.data, "{}", now())
        for n, one in enumerate(encoded, 1)
    ]
    recorded = asyncio.run(codec.decode_many(stored, keys))
    assert [one.event for one in recorded] == written


class HeldKeys(KeyRing):
    """One account's keys, without a database."""

    def __init__(self) -> None:
        self.account = new_id()
        self._keys: dict[str, bytes | None] = {scope: scope.ljust(16).encode() for scope in SCOPES}

    async def load(self, accounts: Iterable[str]) -> Mapping[str, Mapping[str, bytes | None]]:
        return dict.fromkeys(accounts, self._keys)

    def get(self, account: UUID, scope: str) -> AESGCM | None:
        key = self._keys[scope]
        return AESGCM(key) if key is not None and account == self.account else None
