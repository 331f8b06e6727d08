"""Addresses that take nothing: tried for a while, left alone, paused; and what they say themselves."""

from datetime import timedelta
from typing import Any

from jobs.webhooks.patience import TROUBLED_AFTER, Patience
from kit import clock
from tests.jobs.waiting import until_found
from tests.webhooks.house import SHORT_S, House, until_received
from tests.webhooks.receiver import Answer, Received, Receiver


async def is_paused(house: House) -> bool:
    return [row["is_paused"] for row in await house.rows("webhooks")] == [True]


async def pauses(house: House) -> list[dict[str, Any]]:
    return [row for row in await house.rows("events") if row["type"] == "WebhookPaused"]


async def test_a_message_that_is_never_taken_is_given_up_and_its_key_goes_on(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    post, other = await house.publish(), await house.publish()
    await house.revise(post)
    bad = f"post.published {post}"

    def answer(received: Received) -> Answer:
        return Answer(500 if f"{received.kind} {received.post}" == bad else 204)

    receiver.answers = answer
    async with house.telling(webhook_patience_s=SHORT_S):
        for _ in range(100):
            await house.revise(other)  # the address is well
            if receiver.kinds(post)[-1:] == ["post.changed"]:
                break
            await until_received(receiver, len(receiver.received) + 1)
        await house.until_told()
    assert receiver.kinds(post)[-1] == "post.changed"
    assert set(receiver.kinds(post)[:-1]) == {"post.published"}
    outcomes = [row["outcome"] for row in await house.rows("webhook_deliveries") if row["key"] == str(post)]
    assert outcomes[-2:] == ["given_up", "accepted"]
    assert not await pauses(house)


async def test_a_dead_address_is_paused_with_the_reason_and_loses_nothing_when_it_is_resumed(
    house: House, receiver: Receiver
) -> None:
    hook = await house.hook(receiver.url)
    receiver.answers = lambda _: Answer(503, b"closed")
    async with house.telling(webhook_patience_s=SHORT_S):
        posts = [await house.publish() for _ in range(3)]
        await until_found(lambda: is_paused(house), "the hook is paused")
        [event] = await pauses(house)
        assert '"is_automatic":true' in event["data"]
        assert "status 503" in event["data"]
        posts += [await house.publish() for _ in range(3)]
        receiver.answers = lambda _: Answer()
        receiver.received.clear()
        await house.resume(hook)
        await house.until_told()
    assert {each.post for each in receiver.received} >= {str(post) for post in posts[3:]}
    given_up = [row["key"] for row in await house.rows("webhook_deliveries") if row["outcome"] == "given_up"]
    assert {each.post for each in receiver.received} == {str(post) for post in posts} - set(given_up)


async def test_an_address_that_says_that_it_is_gone_is_paused_at_once(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    receiver.answers = lambda _: Answer(410)
    async with house.telling():
        await house.publish()
        await until_found(lambda: is_paused(house), "the hook is paused")
    assert len(receiver.received) == 1
    assert "410" in (await pauses(house))[0]["data"]


async def test_a_hook_that_was_changed_meanwhile_is_not_paused_for_what_it_was(
    house: House, receiver: Receiver
) -> None:
    hook = await house.hook(receiver.url)

    async def change_and_fail(_received: Received) -> Answer:
        if len(receiver.received) == 1:
            await house.change(hook, description="It moves.")
            return Answer(410)
        return Answer()

    receiver.answers = change_and_fail
    async with house.telling():
        await house.publish()
        await until_received(receiver, 2)
        await house.until_told()
    assert not await pauses(house)


async def test_an_address_in_trouble_is_tried_by_one_message_at_a_time(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    receiver.answers = lambda _: Answer(500)
    for _ in range(30):
        await house.publish()
    async with house.parts() as parts:
        await parts.courier._scan.catch_up()
    await house.execute("UPDATE webhooks SET failures = 100")
    async with house.telling(webhook_patience_s=600):
        await until_received(receiver, 2)
    assert receiver.most_at_once == 1
    assert len(receiver.received) < 10


async def test_what_was_not_tried_yet_goes_first_to_an_address_in_trouble(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    bad = [await house.publish() for _ in range(TROUBLED_AFTER + 1)]
    receiver.answers = lambda received: Answer(500 if received.post in map(str, bad) else 204)
    async with house.telling(webhook_patience_s=600):
        await until_received(receiver, TROUBLED_AFTER)
        good = await house.publish()
        await until_received(receiver, TROUBLED_AFTER + 2)
        await until_found(lambda: _is_well(house), "the address is well")
    assert receiver.kinds(good) == ["post.published"]


async def _is_well(house: House) -> bool:
    return any(row["key"] for row in await house.rows("webhook_deliveries") if row["outcome"] == "accepted")


async def test_an_address_is_left_alone_for_as_long_as_it_asks(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    receiver.answers = lambda _: Answer(429, headers=("Retry-After: 3000",))
    async with house.telling():
        await house.publish()
        await until_found(lambda: _rests(house, 2000), "the address is left alone")
    assert len(receiver.received) == 1


async def _rests(house: House, seconds: int) -> bool:
    hooks = [row for row in await house.rows("webhooks") if row["failures"]]
    keys = await house.rows("webhook_keys")
    until = [row["rests_until"] for row in hooks] + [row["due_at"] for row in keys]
    return len(until) == 2 and all(each > clock.now() + timedelta(seconds=seconds) for each in until)


async def test_an_answer_is_kept_as_a_few_words_of_text(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    receiver.answers = lambda _: Answer(500, b"\x00\xff" + b"x" * 100_000)
    async with house.telling():
        await house.publish()
        await until_found(lambda: _was_tried(house), "it was tried")
    [row] = await house.rows("webhook_deliveries")
    assert len(row["excerpt"]) == 300
    assert row["excerpt"].startswith("\ufffd\ufffdxx")


async def _was_tried(house: House) -> bool:
    return bool(await house.rows("webhook_deliveries"))


async def test_a_test_is_sent_once_even_to_a_paused_hook(house: House, receiver: Receiver) -> None:
    hook = await house.hook(receiver.url)
    await house.pause(hook)
    await house.publish()
    receiver.answers = lambda _: Answer(500)
    async with house.telling():
        await house.try_out(hook)
        await until_found(lambda: _was_tried(house), "it was tried")
    assert receiver.kinds() == ["webhook.test"]
    assert await house.deliveries() == [("webhook.test", "given_up")]
    [hook_row] = await house.rows("webhooks")
    assert hook_row["failures"] == 0


def test_waits_grow_from_seconds_to_hours_within_a_day() -> None:
    waits = [Patience().pause_s(attempts) for attempts in range(1, 12)]
    assert 5 <= waits[0] <= 6.25
    assert all(7200 <= each <= 9000 for each in waits[7:])
    assert [Patience().rest_s(failures) for failures in (1, TROUBLED_AFTER, 100)] == [0, 1, 60]
