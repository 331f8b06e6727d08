"""What can happen between a follower and whom they follow."""

from typing import TypeAlias
from uuid import UUID

from domain.event import Event


class FollowEvent(Event):
    """An event of the stream `follow-<follower>-<followee>`; a follow and its end alternate."""

    follower: UUID
    followee: UUID


class AccountFollowed(FollowEvent):
    """An account follows another."""

    place: int
    """Which of the follower's numbered places it takes, from 1: there are as many as one may follow."""


class AccountUnfollowed(FollowEvent):
    """It does no longer; the place is free."""


AnyFollowEvent: TypeAlias = AccountFollowed | AccountUnfollowed
