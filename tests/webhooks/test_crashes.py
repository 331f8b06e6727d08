"""What a death or a delay at the worst moment leaves: nothing lost, and a message twice only in the stated window."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from jobs.webhooks.records import Records
from tests.jobs.waiting import until_found
from tests.webhooks.house import House, until_received
from tests.webhooks.receiver import Answer, Received, Receiver

LEASES_END = "UPDATE webhook_keys SET due_at = now() WHERE lease IS NOT NULL"


async def test_two_processes_tell_each_message_once(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    posts = [await house.publish() for _ in range(20)]
    async with house.telling(), house.telling():
        for post in posts:
            await house.revise(post)
        await house.until_told()
    assert max(Counter(each.id for each in receiver.received).values()) == 1
    assert len(receiver.received) == 40
    assert all(receiver.kinds(post) == ["post.published", "post.changed"] for post in posts)


async def test_what_was_taken_and_not_recorded_is_told_again_with_its_id(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.hook(receiver.url)

    async def die(*_: Any) -> bool:
        raise ConnectionError("the process dies here")

    with monkeypatch.context() as patched:
        patched.setattr(Records, "accepted_last", die)
        async with house.telling():
            await house.publish()
            await until_received(receiver, 1)
    await house.execute(LEASES_END)
    async with house.telling():
        await house.until_told()
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)


async def test_who_is_late_records_nothing(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    first_held, third_held = asyncio.Event(), asyncio.Event()

    async def hold_two(_received: Received) -> Answer:
        held = {1: first_held, 3: third_held}.get(len(receiver.received))
        if held is not None:
            await held.wait()
        return Answer()

    receiver.answers = hold_two
    async with house.telling() as late:
        post = await house.publish()
        await until_received(receiver, 1)
        [telling_late] = late.courier._under_way
        await house.execute(LEASES_END)
        async with house.telling():
            await until_received(receiver, 2)
            await house.until_told()
            await house.revise(post)
            await until_received(receiver, 3)
            first_held.set()
            await asyncio.wait([telling_late])
            third_held.set()
            await house.until_told()
    assert receiver.kinds() == ["post.published", "post.published", "post.changed"]
    assert await house.deliveries() == [("post.published", "accepted"), ("post.changed", "accepted")]


async def test_two_that_look_through_the_same_page_enter_it_once(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    posts = [await house.publish() for _ in range(5)]
    async with house.parts() as one, house.parts() as other:
        scans = [each.courier._scan for each in (one, other)]
        places = [await scan._place() for scan in scans]
        await scans[0]._page(places[0])
        await house.execute("DELETE FROM webhook_keys")  # as if all were told by then
        await scans[1]._page(places[1])
    assert not await house.rows("webhook_keys")
    assert len(posts) == 5


async def test_what_comes_while_the_last_message_is_under_way_is_told_after_it(
    house: House, receiver: Receiver
) -> None:
    await house.hook(receiver.url)
    post = await house.publish()

    async def revise_meanwhile(_received: Received) -> Answer:
        if len(receiver.received) == 1:
            await house.revise(post)
            await until_found(lambda: _is_entered(house), "the revision is entered")
        return Answer()

    receiver.answers = revise_meanwhile
    async with house.telling():
        await house.until_told()
    assert receiver.kinds() == ["post.published", "post.changed"]


async def _is_entered(house: House) -> bool:
    [key] = await house.rows("webhook_keys")
    return bool(key["upto"] > key["done"] + 1)
