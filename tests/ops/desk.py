"""Makes things happen on a log as the command side does, for what operators then look at."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from domain.accounts.change_handle import ChangeHandle
from domain.accounts.close_account import CloseAccount
from domain.accounts.register_account import RegisterAccount
from domain.catalogue import EVENTS, UPCASTERS
from domain.command import Actor, Command, Context
from domain.comments.flag_comment import FlagComment
from domain.comments.write_comment import WriteComment
from domain.posts.change_slug import ChangeSlug
from domain.posts.delete_post import DeletePost
from domain.posts.draft_post import DraftPost
from domain.posts.publish_post import PublishPost
from domain.posts.revise_post import RevisePost
from engine.commands.executor import CommandExecutor
from engine.log.answers import Answers
from engine.log.appender import Appender
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.names import Names
from engine.log.reader import LogReader
from kit import clock
from kit.database import open_pool
from kit.ids import new_id

SYSTEM = Actor(is_system=True)


class Desk:
    def __init__(self, executor: CommandExecutor) -> None:
        self._executor = executor

    async def register(self, handle: str, address: str, name: str = "Ada Lovelace") -> UUID:
        account = new_id()
        await self.do(RegisterAccount(account=account, handle=handle, address=address, name=name))
        return account

    async def draft(self, account: UUID, title: str, body: str = "Words of a post.", slug: str | None = None) -> UUID:
        post = new_id()
        await self.do(DraftPost(post=post, title=title, body=body, slug=slug), Actor(account, frozenset({"author"})))
        return post

    async def comment(self, account: UUID, post: UUID, body: str = "Well said.", parent: UUID | None = None) -> UUID:
        comment = new_id()
        await self.do(WriteComment(comment=comment, post=post, body=body, parent=parent), Actor(account))
        return comment

    async def do(self, command: Command, actor: Actor = SYSTEM, *, causation: str | None = None) -> Any:
        context = Context(actor, clock.now(), password_hash="hash", one_time_token="link")
        return await self._executor.execute(command, context=context, correlation="request-7", causation=causation)

    async def live_a_little(self) -> UUID:
        """Accounts, posts and comments of every fate; gives a post of the account `ben`."""
        ana, ben = await self.register("ana", "ana@example.org"), await self.register("ben", "ben@example.org")
        gone = await self.register("gone", "gone@example.org")
        await self.do(ChangeHandle(account=ana, handle="anna"))
        post = await self.draft(ben, "Cellar door", slug="cellar-door")
        await self.do(PublishPost(post=post))
        await self.do(ChangeSlug(post=post, slug="attic-door"))
        await self.do(RevisePost(post=post, title="Attic door", tags=("houses",)))
        comment = await self.comment(ana, post)
        await self.comment(gone, post, "My secret opinion.", comment)
        await self.do(FlagComment(comment=comment, post=post), Actor(ben))
        await self.do(DeletePost(post=await self.draft(ana, "Never mind", slug="never-mind")))
        await self.draft(gone, "My secret life", slug="secret-life")
        await self.do(CloseAccount(account=gone, erase_content=True))
        return post


@contextlib.asynccontextmanager
async def desk_at(url: str, secret: bytes = b"x" * 32) -> AsyncIterator[Desk]:
    """With the role of command_api."""
    appender = Appender(url)
    await appender.start()
    try:
        async with await open_pool(url, size=2, application_name="test desk") as pool:
            executor = CommandExecutor(
                appender=appender,
                reader=LogReader(pool),
                names=Names(pool, secret),
                keyring=KeyRing(pool),
                codec=Codec(EVENTS, UPCASTERS),
                answers=Answers(pool),
            )
            yield Desk(executor)
    finally:
        await appender.stop()
