"""What one append stores, and what it is refused for."""

from typing import Any

import asyncpg
import pytest

from engine.log.appender import Appender
from engine.log.reader import LogReader
from engine.log.records import (
    Claim,
    ClaimTaken,
    GuardFailed,
    IdempotencyRecord,
    KeyUsed,
    SecretWrite,
    StreamGuard,
    VersionConflict,
)
from tests.log.appends import append


async def test_the_events_of_an_append_are_stored_in_order_with_dense_numbers(
    appender: Appender, reader: LogReader
) -> None:
    asked = append(events=3)
    appended = await appender.append(asked)
    stored = await reader.stream(asked.stream)
    assert [event.id for event in stored] == [event.id for event in asked.events]
    assert [event.version for event in stored] == [1, 2, 3]
    assert [event.position for event in stored] == [1, 2, 3]
    assert [event.sequence for event in stored] == [1, 2, 3]
    assert (appended.version, appended.position, appended.sequence) == (3, 3, 3)
    assert appended.partition == stored[0].partition
    assert appended.recorded_at == stored[0].recorded_at


async def test_the_next_append_continues_every_number(appender: Appender, reader: LogReader) -> None:
    first = append(events=2)
    await appender.append(first)
    await appender.append(append(first.stream, 2, events=2))
    stored = await reader.all(0)
    assert [event.position for event in stored] == [1, 2, 3, 4]
    assert [event.version for event in stored] == [1, 2, 3, 4]
    assert stored[0].recorded_at <= stored[-1].recorded_at


async def test_streams_of_one_key_share_a_partition(appender: Appender, reader: LogReader) -> None:
    await appender.append(append(partition_key="post-1"))
    await appender.append(append(partition_key="post-1"))
    first, second = await reader.key("post-1")
    assert first.partition == second.partition
    assert (first.sequence, second.sequence) == (1, 2)


@pytest.mark.parametrize("expected", [0, 2])
async def test_another_expected_version_is_refused(appender: Appender, reader: LogReader, expected: int) -> None:
    first = append()
    await appender.append(first)
    with pytest.raises(VersionConflict) as refused:
        await appender.append(append(first.stream, expected))
    assert (refused.value.expected, refused.value.actual) == (expected, 1)
    assert len(await reader.all(0)) == 1


async def test_a_name_held_by_another_stream_is_refused(appender: Appender, reader: LogReader) -> None:
    name = Claim("slug", "hello")
    await appender.append(append(claims=(name,)))
    with pytest.raises(ClaimTaken) as refused:
        await appender.append(append(claims=(Claim("slug", "other"), name)))
    assert (refused.value.kind, refused.value.value) == ("slug", "hello")
    assert len(await reader.all(0)) == 1


async def test_a_stream_may_claim_its_own_name_again(appender: Appender) -> None:
    first = append(claims=(Claim("slug", "hello"),))
    await appender.append(first)
    appended = await appender.append(append(first.stream, 1, claims=(Claim("slug", "hello"),)))
    assert appended.version == 2


async def test_a_released_name_may_be_claimed_by_another(appender: Appender) -> None:
    name = Claim("slug", "hello")
    first = append(claims=(name,))
    await appender.append(first)
    await appender.append(append(first.stream, 1, releases=(name,)))
    assert (await appender.append(append(claims=(name,)))).version == 1


async def test_a_name_cannot_be_released_by_a_stream_that_does_not_hold_it(appender: Appender) -> None:
    name = Claim("slug", "hello")
    await appender.append(append(claims=(name,)))
    await appender.append(append(releases=(name,)))
    with pytest.raises(ClaimTaken):
        await appender.append(append(claims=(name,)))


async def test_a_refused_append_keeps_no_claim(appender: Appender) -> None:
    with pytest.raises(VersionConflict):
        await appender.append(append(expected=5, claims=(Claim("slug", "hello"),)))
    assert (await appender.append(append(claims=(Claim("slug", "hello"),)))).version == 1


async def test_an_append_is_refused_when_a_guarded_stream_moved_on(appender: Appender, reader: LogReader) -> None:
    post = append()
    await appender.append(post)
    guard = StreamGuard(post.stream, 1)
    await appender.append(append(guards=(guard,)))
    await appender.append(append(post.stream, 1))
    with pytest.raises(GuardFailed):
        await appender.append(append(guards=(guard,)))
    assert len(await reader.all(0)) == 3


async def test_a_guard_can_demand_that_a_stream_is_absent(appender: Appender) -> None:
    post = append()
    await appender.append(append(guards=(StreamGuard(post.stream, 0),)))
    await appender.append(post)
    with pytest.raises(GuardFailed):
        await appender.append(append(guards=(StreamGuard(post.stream, 0),)))


async def test_secrets_are_written_beside_the_events_replaced_and_removed(
    appender: Appender, owner: "asyncpg.Connection[Any]"
) -> None:
    asked = append(secrets=(SecretWrite("password", "hash-1"), SecretWrite("reset", "token")))
    await appender.append(asked)
    assert not await owner.fetchval("SELECT count(*) FROM events e WHERE e::text LIKE '%hash-1%'")
    await appender.append(
        append(asked.stream, 1, secrets=(SecretWrite("password", "hash-2"), SecretWrite("reset", None)))
    )
    rows = await owner.fetch("SELECT kind, value FROM secrets WHERE stream = $1", asked.stream)
    assert [tuple(row) for row in rows] == [("password", "hash-2")]


async def test_a_used_idempotency_key_is_refused_before_all_else(appender: Appender, reader: LogReader) -> None:
    known = IdempotencyRecord("someone", "key-1", b"hash", "{}")
    first = append(idempotency=known)
    await appender.append(first)
    with pytest.raises(KeyUsed):
        await appender.append(append(first.stream, 0, idempotency=known))
    with pytest.raises(KeyUsed):
        await appender.append(append(idempotency=known))
    assert len(await reader.all(0)) == 1


async def test_one_key_may_be_used_in_two_scopes(appender: Appender) -> None:
    await appender.append(append(idempotency=IdempotencyRecord("someone", "key-1", b"hash", "{}")))
    other = append(idempotency=IdempotencyRecord("another", "key-1", b"hash", "{}"))
    assert (await appender.append(other)).version == 1


async def test_an_append_sent_again_is_told_where_it_was_stored(appender: Appender, reader: LogReader) -> None:
    asked = append(events=2, claims=(Claim("slug", "hello"),))
    first = await appender.append(asked)
    await appender.append(append(asked.stream, 2))
    assert await appender.append(asked) == first
    assert len(await reader.all(0)) == 3


async def test_an_event_is_never_recorded_earlier_than_the_one_before(
    appender: Appender, owner: "asyncpg.Connection[Any]"
) -> None:
    await appender.append(append())
    ahead = await owner.fetchval(
        "UPDATE events SET recorded_at = recorded_at + interval '1 hour' RETURNING recorded_at"
    )
    assert (await appender.append(append())).recorded_at == ahead
