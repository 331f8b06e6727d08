"""A site with hooks: writes what happens, and runs what tells them."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from prometheus_client import CollectorRegistry

from command_api.webhooks.secret import new_secret
from domain.command import Actor, Command, Context
from domain.comments.write_comment import WriteComment
from domain.posts.draft_post import DraftPost
from domain.posts.publish_post import PublishPost
from domain.posts.revise_post import RevisePost
from domain.webhooks.change_webhook import ChangeWebhook
from domain.webhooks.pause_webhook import PauseWebhook
from domain.webhooks.register_webhook import RegisterWebhook
from domain.webhooks.resume_webhook import ResumeWebhook
from domain.webhooks.test_webhook import TestWebhook as TryWebhook
from jobs.webhooks.assembly import Webhooks, webhooks
from kit import clock
from kit.settings import Settings
from tests.jobs.accounts import Accounts, open_accounts
from tests.jobs.waiting import until, until_found
from tests.servers import Database
from tests.webhooks.receiver import Receiver

ADMIN = Actor(uuid4(), frozenset({"admin"}))
SHORT_S = 1.0
"""A patience that ends while a test waits."""


@dataclass(frozen=True)
class Hook:
    id: UUID
    secret: str


class House:
    def __init__(self, accounts: Accounts, pool: "asyncpg.Pool[Any]", log: Database) -> None:
        self._accounts, self.pool, self._log = accounts, pool, log
        self.author = uuid4()

    async def hook(self, url: str, **fields: Any) -> Hook:
        hook = Hook(uuid4(), new_secret())
        await self.do(RegisterWebhook(webhook=hook.id, url=url, **fields), signing_secret=hook.secret)
        return hook

    async def rotate(self, hook: Hook) -> Hook:
        secret = new_secret()
        command = ChangeWebhook(webhook=hook.id, rotate_secret=True)
        await self.do(command, signing_secret=secret, former_secret=hook.secret)
        return Hook(hook.id, secret)

    async def change(self, hook: Hook, **fields: Any) -> None:
        await self.do(ChangeWebhook(webhook=hook.id, **fields))

    async def pause(self, hook: Hook) -> None:
        await self.do(PauseWebhook(webhook=hook.id))

    async def resume(self, hook: Hook) -> None:
        await self.do(ResumeWebhook(webhook=hook.id))

    async def try_out(self, hook: Hook) -> None:
        await self.do(TryWebhook(webhook=hook.id))

    async def draft(self) -> UUID:
        post = uuid4()
        await self.do(DraftPost(post=post, title=f"About {post}", body="Words."), actor=self._author)
        return post

    async def publish(self, post: UUID | None = None) -> UUID:
        post = post or await self.draft()
        await self.do(PublishPost(post=post), actor=self._author)
        return post

    async def revise(self, post: UUID) -> None:
        await self.do(RevisePost(post=post, title=f"Of {uuid4()}"), actor=self._author)

    async def comment(self, post: UUID) -> UUID:
        comment = uuid4()
        await self.do(WriteComment(comment=comment, post=post, body="Well said."), actor=self._author)
        return comment

    async def do(self, command: Command, *, actor: Actor = ADMIN, **beside: Any) -> None:
        context = Context(actor, clock.now(), allows_http=True, **beside)
        await self._accounts.executor.execute(command, context=context, correlation="r")

    async def execute(self, statement: str, *values: Any) -> None:
        """As only an accident, or time, would change it."""
        await self.pool.execute(statement, *values)

    async def rows(self, table: str) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.pool.fetch(f"SELECT * FROM {table}")]  # noqa: S608 - a test's own

    async def deliveries(self) -> list[tuple[str, str]]:
        """(kind, outcome), the oldest first."""
        rows = await self.pool.fetch("SELECT kind, outcome FROM webhook_deliveries ORDER BY id")
        return [tuple(row) for row in rows]

    async def until_tried(self, count: int) -> None:
        async def is_so() -> bool:
            return len(await self.deliveries()) >= count

        await until_found(is_so, f"{count} attempts were made")

    async def until_told(self) -> None:
        """Everything that was to be told was told or given up."""

        async def is_so() -> bool:
            scan, head, waiting = await self.pool.fetchrow(
                "SELECT position, (SELECT max(position) FROM events), (SELECT count(*) FROM webhook_keys)"
                "  FROM webhook_scan"
            ) or (0, 0, 0)
            return bool(scan == head and not waiting)

        await until_found(is_so, "all hooks were told")

    @contextlib.asynccontextmanager
    async def telling(self, **settings: Any) -> AsyncIterator[Webhooks]:
        """What a jobs process does for hooks, for as long as the context lasts."""
        async with self.parts(**settings) as parts, parts.courier.working():
            yield parts

    @contextlib.asynccontextmanager
    async def parts(self, **settings: Any) -> AsyncIterator[Webhooks]:
        """The same, not begun yet."""
        url = self._log.url("jobs")
        known = {"log_url": url, "webhook_http": True, "webhook_networks": ["127.0.0.0/8"], **settings}
        async with (
            open_accounts(url) as accounts,
            webhooks(Settings.model_validate(known), accounts.executor, CollectorRegistry()) as parts,
        ):
            yield parts

    @property
    def _author(self) -> Actor:
        return Actor(self.author, frozenset({"author"}))


async def until_received(receiver: Receiver, count: int) -> None:
    await until(lambda: len(receiver.received) >= count, f"{count} messages came")
