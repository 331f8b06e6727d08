"""A key of a hook is in one process's hands at a time, and in none that may have lost it."""

import asyncio

import pytest

from domain.webhooks.signing import BOTH_FOR
from jobs.webhooks.secrets import SigningSecrets
from kit import clock
from tests.webhooks.house import House
from tests.webhooks.receiver import Receiver

LOCK = "SELECT FROM webhook_keys FOR UPDATE"


async def test_a_key_that_somebody_is_just_taking_is_left_to_them(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    await house.publish()
    async with house.parts() as parts:
        await parts.courier._scan.catch_up()
        async with house.pool.acquire() as other, other.transaction():
            await other.execute(LOCK)
            async with asyncio.timeout(5):
                assert await parts.courier._claims.take([], 10) == []
        assert len(await parts.courier._claims.take([], 10)) == 1


async def test_no_message_begins_that_might_end_after_its_lease(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    await house.publish()
    async with house.parts() as parts:
        await parts.courier._scan.catch_up()
        claims = parts.courier._claims
        [taken] = await claims.take([], 10)
        [happened] = await claims.happened([taken])
        await parts.courier._telling.tell(taken._replace(until=taken.until - 31), happened)
        assert receiver.received == []
        [row] = await house.rows("webhook_keys")
        assert row["lease"] == taken.lease, "it is still theirs, and nobody tells it before it ends"
        await parts.courier._telling.tell(taken, happened)
    assert receiver.kinds() == ["post.published"]


async def test_a_former_secret_signs_until_its_time_is_over_and_is_forgotten_then(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = await house.hook(receiver.url)
    rotated = await house.rotate(hook)
    secrets, end = SigningSecrets(house.pool), clock.now() + BOTH_FOR
    assert await secrets.of(hook.id, 2) == [rotated.secret, hook.secret]
    monkeypatch.setattr(clock, "now", lambda: end)
    assert await secrets.of(hook.id, 2) == [rotated.secret], "by a process that has read both"
    await house.execute("UPDATE secrets SET expires_at = now() - interval '1 s' WHERE kind = 'webhook_former'")
    assert await house.pool.fetchval("SELECT purge_secrets(10)") == 1
    kept = {row["kind"]: row["value"] for row in await house.rows("secrets") if row["kind"].startswith("webhook")}
    assert kept == {"webhook": rotated.secret}
