"""Jobs processes that are killed or frozen with messages in hand: none is lost, and few come twice, in their order."""

import asyncio
import signal
from collections import Counter
from uuid import UUID

from jobs.webhooks.courier import AT_ONCE
from tests.jobs.conftest import StartJobs
from tests.jobs.waiting import until
from tests.webhooks.house import House
from tests.webhooks.receiver import Answer, Received, Receiver
from tests.webhooks.test_crashes import LEASES_END

ALLOWED = {"PALIMPSEST_WEBHOOK_HTTP": "true", "PALIMPSEST_WEBHOOK_NETWORKS": '["127.0.0.0/8"]'}
SAID = ["post.published", "post.changed", "comment.published"]
POSTS = 25


async def site(house: House, receiver: Receiver) -> list[UUID]:
    """A hook with three messages waiting for it of each post."""
    await house.hook(receiver.url)
    posts = [await house.publish() for _ in range(POSTS)]
    for post in posts:
        await house.revise(post)
        await house.comment(post)
    return posts


def assert_told(receiver: Receiver, posts: list[UUID]) -> None:
    """Everything came, in order by post, and no more than what was in hand came twice. Nothing is sorted out."""
    came = Counter(each.id for each in receiver.received)
    assert len(came) == len(SAID) * len(posts)
    assert max(came.values()) <= 2
    assert sum(came.values()) - len(came) <= AT_ONCE
    for post in posts:
        kinds = receiver.kinds(post)
        assert list(dict.fromkeys(kinds)) == SAID
        assert kinds == sorted(kinds, key=SAID.index)


async def test_a_process_killed_with_messages_in_hand_loses_none_and_doubles_no_more_than_those(
    house: House, receiver: Receiver, start_jobs: StartJobs
) -> None:
    posts = await site(house, receiver)
    jobs = start_jobs(**ALLOWED)

    async def kill_at_the_thirtieth(_received: Received) -> Answer:
        if len(receiver.received) == 30:
            jobs.kill()
        await asyncio.sleep(0)
        return Answer()

    receiver.answers = kill_at_the_thirtieth
    await until(lambda: jobs.process.poll() is not None, "the process is killed")
    await house.execute(LEASES_END)
    start_jobs(**ALLOWED)
    await house.until_told()
    assert_told(receiver, posts)


async def test_a_process_frozen_past_its_leases_doubles_no_more_than_what_it_had_in_hand(
    house: House, receiver: Receiver, start_jobs: StartJobs
) -> None:
    held, held_up = asyncio.Event(), 0
    posts = await site(house, receiver)

    async def hold_after_twenty(_received: Received) -> Answer:
        nonlocal held_up
        if len(receiver.received) > 20 and held_up < AT_ONCE:
            held_up += 1
            await held.wait()
        return Answer()

    receiver.answers = hold_after_twenty
    frozen = start_jobs(**ALLOWED)
    await until(lambda: held_up == AT_ONCE, "so many messages are in its hands")
    frozen.process.send_signal(signal.SIGSTOP)
    await house.execute(LEASES_END)
    start_jobs(**ALLOWED, PALIMPSEST_INSTANCE="2")
    await house.until_told()
    before, told = await house.deliveries(), len(receiver.received)
    held.set()
    frozen.process.send_signal(signal.SIGCONT)
    await until(lambda: frozen.lines().count("a lease ended before") == AT_ONCE, "it knows that it was too late")
    assert len(receiver.received) == told, "it sent nothing more"
    assert await house.deliveries() == before, "and recorded nothing"
    assert_told(receiver, posts)
