"""What can happen between an account and a post that it may like."""

from typing import TypeAlias
from uuid import UUID

from domain.event import Event


class LikeEvent(Event):
    """An event of the stream `like-<post>-<account>`; a like and its end alternate."""

    post: UUID
    account: UUID


class PostLiked(LikeEvent):
    """An account likes a post."""


class PostUnliked(LikeEvent):
    """It does no longer."""


AnyLikeEvent: TypeAlias = PostLiked | PostUnliked
