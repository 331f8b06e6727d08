"""A site elsewhere is told what becomes public: registered, tried, signed for, in trouble, paused, taken away."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg

from jobs.entries import Entry, enter
from jobs.forget_expired import JOB as FORGET_EXPIRED
from jobs.ticks import tick_of
from kit.database import open_pool
from tests.journeys.hook_receiver import HookReceiver, hook_receiver
from tests.journeys.person import Person
from tests.live_stack import LiveStack, eventually

SECRETS = "SELECT kind FROM secrets WHERE stream = $1 ORDER BY kind"
A_DAY_PASSES = "UPDATE secrets SET expires_at = now() - interval '1 s' WHERE stream = $1 AND kind = 'webhook_former'"


def draft(author: Person) -> str:
    return str(author.do("POST", "/posts", title=f"Of hooks {uuid4()}", body="Words.")["id"])


def publish(author: Person, post: str = "") -> str:
    post = post or draft(author)
    author.do("POST", f"/posts/{post}/publish")
    return post


def came(receiver: HookReceiver, post: str, *kinds: str) -> None:
    eventually(lambda: receiver.kinds(post) == list(kinds), f"{kinds} came: {receiver.kinds(post)}")


def deliveries(admin: Person, hook: str) -> list[dict[str, Any]]:
    """The newest first."""
    found: list[dict[str, Any]] = admin.read(f"/webhooks/{hook}/deliveries").json()["items"]
    return found


def test_a_hook_is_tried_told_in_order_paused_and_removed(
    stack: LiveStack, people: tuple[Person, Person, Person]
) -> None:
    author, reader, admin = people
    assert author.ask("POST", "/webhooks", url="https://example.org/").status_code == 403
    with hook_receiver(HookReceiver()) as receiver:
        made = admin.do("POST", "/webhooks", url=receiver.url, description="A static site")
        hook, secret = made["id"], made["secret"]
        [shown] = [each for each in admin.read("/webhooks").json()["items"] if each["id"] == hook]
        assert (shown["status"], shown["url"], "secret" in shown) == ("active", receiver.url, False)
        admin.do("POST", f"/webhooks/{hook}/test")
        came(receiver, hook, "webhook.test")

        post = draft(author)
        receiver.refused = {post}
        publish(author, post)
        comment = reader.do("POST", f"/posts/{post}/comments", body="Well said.")["id"]
        came(receiver, post, "post.published", "post.published", "comment.published")
        refused, again, _ = [each for each in receiver.taken if each.said["data"].get("post") == post]
        assert (refused.headers["webhook-id"], refused.body) == (again.headers["webhook-id"], again.body)
        assert receiver.kinds(comment) == ["comment.published"]
        assert author.read(again.said["data"]["read"]).status_code == 200
        assert all(each.is_signed_with(secret) for each in receiver.taken)
        told = deliveries(admin, hook)
        assert [(each["kind"], each["outcome"], each["status"]) for each in told if each["key"] == post] == [
            ("comment.published", "accepted", 204),
            ("post.published", "accepted", 204),
            ("post.published", "refused", 500),
        ]

        admin.do("POST", f"/webhooks/{hook}/pause", reason="It moves.")
        author.do("PATCH", f"/posts/{post}", title="Of hooks, again")
        admin.do("POST", f"/webhooks/{hook}/test")
        eventually(lambda: receiver.kinds(hook) == ["webhook.test"] * 2, "a test comes while it is paused")
        assert receiver.kinds(post)[-1] == "comment.published"
        admin.do("POST", f"/webhooks/{hook}/resume")
        came(receiver, post, "post.published", "post.published", "comment.published", "post.changed")

        admin.do("DELETE", f"/webhooks/{hook}")
        assert hook not in admin.read("/webhooks").text
        assert admin.read(f"/webhooks/{hook}/deliveries").status_code == 404
        assert asyncio.run(kept(stack, hook)) == []


def test_a_secret_is_changed_while_messages_come_and_the_former_one_is_forgotten(
    stack: LiveStack, people: tuple[Person, Person, Person]
) -> None:
    author, _, admin = people
    with hook_receiver(HookReceiver()) as receiver:
        made = admin.do("POST", "/webhooks", url=receiver.url, kinds=["post.published"])
        hook, former = made["id"], made["secret"]
        newest = admin.do("PATCH", f"/webhooks/{hook}", rotate_secret=True)["secret"]
        came(receiver, publish(author), "post.published")
        assert newest != former
        assert [receiver.taken[-1].is_signed_with(secret) for secret in (newest, former)] == [True, True]

        asyncio.run(a_day_passes(stack, hook))
        eventually(lambda: asyncio.run(kept(stack, hook)) == ["webhook"], "the former secret is forgotten")
        admin.do("PATCH", f"/webhooks/{hook}", description="Knows the new secret.")
        came(receiver, publish(author), "post.published")
        assert [receiver.taken[-1].is_signed_with(secret) for secret in (newest, former)] == [True, False]
        admin.do("DELETE", f"/webhooks/{hook}")


async def kept(stack: LiveStack, hook: str) -> list[str]:
    connection = await asyncpg.connect(stack.url("log"))
    try:
        return [row["kind"] for row in await connection.fetch(SECRETS, f"webhook-{hook}")]
    finally:
        await connection.close()


async def a_day_passes(stack: LiveStack, hook: str) -> None:
    """The former secret's time is over, and the hour comes at which what is over is cleared away."""
    connection = await asyncpg.connect(stack.url("log"))
    await connection.execute(A_DAY_PASSES, f"webhook-{hook}")
    await connection.close()
    hour = datetime.now(UTC)
    jobs = await open_pool(stack.url("log", "palimpsest_jobs"), size=1, application_name="test hour")
    async with jobs:
        tick = tick_of(FORGET_EXPIRED.name, hour)
        await enter(jobs, [Entry(FORGET_EXPIRED, tick.id, tick_at=hour)], first_resend_s=0)
