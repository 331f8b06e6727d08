"""What both commands on a like share."""

from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from domain.command import Command
from domain.likes.like import Like


class LikeCommand(Command):
    aggregate: ClassVar[type[Any]] = Like

    post: UUID
    account: UUID
    """Who likes it."""

    @cached_property
    def stream(self) -> str:
        return f"like-{self.post}-{self.account}"

    @cached_property
    def partition_key(self) -> str:
        return str(self.post)
