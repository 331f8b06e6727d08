"""What is told, to whom, and in which order."""

import asyncio
from uuid import UUID

from domain.posts.unpublish_post import UnpublishPost
from jobs.webhooks.courier import AT_ONCE
from tests.webhooks.house import ADMIN, House, until_received
from tests.webhooks.receiver import Answer, Received, Receiver, is_genuine, receiving


async def test_a_post_s_messages_come_in_their_order_and_signed(house: House, receiver: Receiver) -> None:
    hook = await house.hook(receiver.url)
    posts = [await house.publish() for _ in range(5)]
    for post in posts:
        await house.revise(post)
        await house.comment(post)
    for post in posts:
        await house.do(UnpublishPost(post=post), actor=ADMIN)
    async with house.telling():
        await house.until_told()
    for post in posts:
        assert receiver.kinds(post) == ["post.published", "post.changed", "comment.published", "post.withdrawn"]
    assert len({each.id for each in receiver.received}) == len(receiver.received) == 20
    assert all(is_genuine(each, hook.secret) for each in receiver.received)


async def test_a_message_says_where_to_read_what_happened(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    post = await house.publish()
    comment = await house.comment(post)
    async with house.telling():
        await house.until_told()
    first, second = receiver.received
    assert first.said["data"]["read"] == f"/posts/{post}"
    assert second.said["data"]["read"] == f"/comments/{comment}"
    assert first.said["data"]["token"].startswith("1:")
    assert set(first.said) == {"type", "timestamp", "data"}
    assert set(first.said["data"]) == {"post", "read", "token"}


async def test_nothing_is_told_of_what_is_not_public(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    draft, post = await house.draft(), await house.publish()
    await house.revise(draft)
    await house.do(UnpublishPost(post=post), actor=ADMIN)
    await house.revise(post)
    async with house.telling():
        await house.until_told()
    assert receiver.kinds() == ["post.published", "post.withdrawn"]


async def test_a_hook_hears_what_it_wants_from_when_it_was_registered(house: House, receiver: Receiver) -> None:
    before = await house.publish()
    hook = await house.hook(receiver.url, kinds=("post.changed",))
    await house.revise(before)
    await house.publish()
    async with house.telling():
        await house.until_told()
        assert receiver.kinds() == ["post.changed"]
        await house.change(hook, kinds=("post.published",))
        await house.publish()
        await house.until_told()
    assert receiver.kinds() == ["post.changed", "post.published"]


async def test_a_failing_event_blocks_its_key_alone(house: House, receiver: Receiver) -> None:
    await house.hook(receiver.url)
    bad, *good = [await house.publish() for _ in range(4)]
    receiver.answers = lambda received: Answer(500 if received.post == str(bad) else 204)
    for post in (bad, *good):
        await house.revise(post)
    async with house.telling():
        await until_received(receiver, 7)
        for post in good:
            assert receiver.kinds(post) == ["post.published", "post.changed"]
        receiver.answers = lambda _: Answer()
        await house.execute("UPDATE webhook_keys SET due_at = now()")
        await house.until_told()
    assert receiver.kinds(bad) == ["post.published", "post.published", "post.changed"]
    assert _ids(receiver, bad)[0] == _ids(receiver, bad)[1]


def _ids(receiver: Receiver, post: UUID) -> list[str]:
    return [each.id for each in receiver.received if each.post == str(post)]


async def test_many_hooks_are_each_told_everything(house: House, receiver: Receiver) -> None:
    for _ in range(3):
        await house.hook(receiver.url)
    posts = [await house.publish() for _ in range(10)]
    async with house.telling():
        await house.until_told()
    assert sorted(each.post for each in receiver.received) == sorted(str(post) for post in posts for _ in range(3))


async def test_an_address_that_is_slow_is_sent_few_messages_at_a_time_and_holds_up_no_other(
    house: House, receiver: Receiver
) -> None:
    held = asyncio.Event()

    async def hold(_received: Received) -> Answer:
        await held.wait()
        return Answer()

    async with receiving() as slow:
        slow.answers = hold
        for each in (slow, receiver):
            await house.hook(each.url)
        for _ in range(40):
            await house.publish()
        async with house.telling():
            await until_received(receiver, 40)
            await until_received(slow, AT_ONCE)
            held.set()
            await house.until_told()
        assert (len(slow.received), slow.most_at_once) == (40, AT_ONCE)
