"""What both commands on a follow share."""

from typing import Any, ClassVar
from uuid import UUID

from domain.command import Command
from domain.follows.follow import Follow


class FollowCommand(Command):
    aggregate: ClassVar[type[Any]] = Follow

    follower: UUID
    followee: UUID

    @property
    def stream(self) -> str:
        return f"follow-{self.follower}-{self.followee}"

    @property
    def partition_key(self) -> str:
        return str(self.follower)
