"""Accounts made as the command side makes them."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

from domain.accounts.close_account import CloseAccount
from domain.accounts.register_account import RegisterAccount
from domain.accounts.request_address_change import RequestAddressChange
from domain.accounts.request_password_reset import RequestPasswordReset
from domain.accounts.resend_confirmation import ResendConfirmation
from domain.catalogue import EVENTS, UPCASTERS
from domain.command import Actor, Command, Context, StoredBytes
from domain.comments.write_comment import WriteComment
from domain.follows.follow_account import FollowAccount
from domain.likes.like_post import LikePost
from domain.media.delete_media import DeleteMedia
from domain.media.upload_media import UploadMedia
from domain.posts.draft_post import DraftPost
from domain.posts.publish_post import PublishPost
from domain.posts.retag_post import RetagPost
from domain.taxonomy.merge_tags import MergeTags
from domain.taxonomy.rename_tag import RenameTag
from engine.commands.executor import CommandExecutor
from engine.log.answers import Answers
from engine.log.appender import Appender
from engine.log.codec import Codec
from engine.log.keyring import KeyRing
from engine.log.names import Names
from engine.log.reader import LogReader
from kit import clock
from kit.database import open_pool

_SYSTEM = Actor(is_system=True)


class Accounts:
    def __init__(self, executor: CommandExecutor) -> None:
        self.executor = executor

    async def register(self, *, correlation: str = "request-1") -> tuple[UUID, str]:
        """The new account and its address."""
        account = uuid4()
        address = f"{account.hex}@example.org"
        command = RegisterAccount(account=account, handle=account.hex[:20] + "x", address=address, name="Ada Lovelace")
        await self._execute(command, correlation, password_hash="hash", link=f"{account.hex}.welcome")
        return account, address

    async def ask_again(self, account: UUID) -> None:
        await self._execute(ResendConfirmation(account=account), link=f"{account.hex}.again")

    async def change_address(self, account: UUID, address: str) -> None:
        await self._execute(RequestAddressChange(account=account, address=address), link=f"{account.hex}.change")

    async def forget_password(self, account: UUID) -> None:
        await self._execute(RequestPasswordReset(account=account), link=f"{account.hex}.reset")

    async def draft(self, account: UUID, *tags: str) -> str:
        """The new post's stream."""
        post = uuid4()
        command = DraftPost(post=post, title=f"About {post}", body="Words.", tags=tags)
        await self._execute(command, actor=Actor(account, frozenset({"author"})))
        return command.stream

    async def retag(self, post: UUID, *tags: str) -> None:
        await self._execute(RetagPost(post=post, tags=tags))

    async def rename_tag(self, tag: str, name: str) -> None:
        await self._execute(RenameTag(tag=tag, name=name))

    async def merge_tags(self, tag: str, into: str) -> None:
        await self._execute(MergeTags(tag=tag, into=into))

    async def publish(self, account: UUID) -> UUID:
        """A new post that everybody may comment on."""
        stream = await self.draft(account)
        post = UUID(stream.removeprefix("post-"))
        await self._execute(PublishPost(post=post), actor=Actor(account, frozenset({"author"})))
        return post

    async def comment(self, account: UUID, post: UUID) -> str:
        """The new comment's stream."""
        command = WriteComment(comment=uuid4(), post=post, body="Well said.")
        await self._execute(command, actor=Actor(account, frozenset({"author"})))
        return command.stream

    async def like(self, account: UUID, post: UUID) -> str:
        """The like's stream."""
        command = LikePost(post=post, account=account)
        await self._execute(command, actor=Actor(account))
        return command.stream

    async def follow(self, follower: UUID, followee: UUID) -> str:
        """The follow's stream."""
        command = FollowAccount(follower=follower, followee=followee)
        await self._execute(command, actor=Actor(follower))
        return command.stream

    async def upload(self, account: UUID, stored: StoredBytes) -> UUID:
        """A new medium of bytes that are stored already."""
        command = UploadMedia(media=uuid4())
        await self._execute(command, actor=Actor(account, frozenset({"author"})), stored=stored)
        return command.media

    async def delete_media(self, media: UUID) -> None:
        await self._execute(DeleteMedia(media=media))

    async def close(self, account: UUID, *, erase_content: bool = False) -> None:
        await self._execute(CloseAccount(account=account, erase_content=erase_content))

    async def _execute(  # noqa: PLR0913 - what is made outside, by name
        self,
        command: Command,
        correlation: str = "r",
        *,
        actor: Actor = _SYSTEM,
        link: str | None = None,
        password_hash: str | None = None,
        stored: StoredBytes | None = None,
    ) -> Any:
        made: dict[str, Any] = {"password_hash": password_hash, "one_time_token": link, "stored_bytes": stored}
        context = Context(actor, clock.now(), **made)
        return await self.executor.execute(command, context=context, correlation=correlation)


@contextlib.asynccontextmanager
async def open_accounts(url: str, secret: bytes = b"x" * 32) -> AsyncIterator[Accounts]:
    appender = Appender(url)
    await appender.start()
    try:
        async with await open_pool(url, size=3, application_name="test accounts") as pool:
            yield Accounts(
                CommandExecutor(
                    appender=appender,
                    reader=LogReader(pool),
                    names=Names(pool, secret),
                    keyring=KeyRing(pool),
                    codec=Codec(EVENTS, UPCASTERS),
                    answers=Answers(pool),
                )
            )
    finally:
        await appender.stop()
