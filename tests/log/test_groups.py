"""Appends that travel together: decided apart, failing apart."""

import asyncio

import pytest

from engine.log.appender import Appender
from engine.log.reader import LogReader
from engine.log.records import (
    Appended,
    AppendFailed,
    Claim,
    ClaimTaken,
    IdempotencyRecord,
    KeyUsed,
    LogUnavailable,
    PersonalKey,
    StreamGuard,
    VersionConflict,
)
from tests.log.appends import account, append, event


async def test_every_append_of_a_crowd_gets_its_own_answer(appender: Appender, reader: LogReader) -> None:
    crowd = [append(events=1 + n % 3, expected=n % 5 == 4) for n in range(300)]
    results = await asyncio.gather(*(appender.append(one) for one in crowd), return_exceptions=True)
    for asked, result in zip(crowd, results, strict=True):
        stored = await reader.stream(asked.stream)
        if asked.expected_version:
            assert isinstance(result, VersionConflict)
            assert stored == []
        else:
            assert isinstance(result, Appended)
            assert (stored[-1].position, stored[-1].sequence) == (result.position, result.sequence)
            assert len(stored) == len(asked.events)


async def test_of_two_writers_with_one_expected_version_one_wins(appender: Appender, reader: LogReader) -> None:
    rivals = [append("thing-1") for _ in range(20)]
    results = await asyncio.gather(*(appender.append(one) for one in rivals), return_exceptions=True)
    assert sum(isinstance(result, Appended) for result in results) == 1
    assert sum(isinstance(result, VersionConflict) for result in results) == 19
    assert len(await reader.stream("thing-1")) == 1


async def test_of_fifty_that_claim_one_name_one_gets_it(appender: Appender) -> None:
    rivals = [append(claims=(Claim("handle", "ada"),)) for _ in range(50)]
    results = await asyncio.gather(*(appender.append(one) for one in rivals), return_exceptions=True)
    assert sum(isinstance(result, Appended) for result in results) == 1
    assert sum(isinstance(result, ClaimTaken) for result in results) == 49


async def test_of_fifty_with_one_idempotency_key_one_is_stored(appender: Appender) -> None:
    known = IdempotencyRecord("someone", "key", b"hash", "{}")
    rivals = [append(idempotency=known) for _ in range(50)]
    results = await asyncio.gather(*(appender.append(one) for one in rivals), return_exceptions=True)
    assert sum(isinstance(result, Appended) for result in results) == 1
    assert sum(isinstance(result, KeyUsed) for result in results) == 49


async def test_a_guard_never_holds_on_a_stream_written_in_the_same_moment(
    appender: Appender, reader: LogReader
) -> None:
    post = append()
    await appender.append(post)
    asked = [append(guards=(StreamGuard(post.stream, 1),)), append(post.stream, 1)]
    asked += [append(guards=(StreamGuard(post.stream, 1),)) for _ in range(10)]
    await asyncio.gather(*(appender.append(one) for one in asked), return_exceptions=True)
    moved = (await reader.stream(post.stream))[-1].position
    guarded = [stored.position for one in asked if one.guards for stored in await reader.stream(one.stream)]
    assert all(position < moved for position in guarded)


async def test_a_value_the_database_refuses_fails_its_own_append_alone(appender: Appender, reader: LogReader) -> None:
    twice = account()
    await appender.append(append(new_keys=(PersonalKey(twice, "content", b"k" * 32),)))
    bad = [
        append(replaced=(event(data="\0"),)),
        append(replaced=(event(data="\ud800"),)),
        append(replaced=(event(kind="\0"),)),
        append(new_keys=(PersonalKey(twice, "content", b"x" * 32),)),
        append(new_keys=(PersonalKey(account(), "content", b"short"),)),
    ]
    good = [append() for _ in range(20)]
    mixed = [one for pair in zip(good, bad * 4, strict=True) for one in pair]
    results = await asyncio.gather(*(appender.append(one) for one in mixed), return_exceptions=True)
    assert all(isinstance(result, Appended) for result in results[::2])
    assert all(isinstance(result, AppendFailed) for result in results[1::2])
    assert len(await reader.all(0)) == 21


async def test_what_waits_for_the_log_is_bounded_in_bytes(appender: Appender) -> None:
    big = append(replaced=tuple(event(data="x" * 1_000_000) for _ in range(68)))
    with pytest.raises(LogUnavailable):
        await appender.append(big)
