"""An account follows another."""

from collections.abc import Mapping
from typing import Any

from domain.accounts.account import Account
from domain.accounts.account_command import open_account
from domain.accounts.refusals import AccountIsSuspended
from domain.command import Context, Decision
from domain.follows.events import AccountFollowed
from domain.follows.follow import Follow
from domain.follows.follow_command import FollowCommand
from domain.follows.places import free_place, place_name
from domain.follows.refusals import OwnAccount
from domain.rights import require_self


class FollowAccount(FollowCommand):
    @property
    def others(self) -> Mapping[str, type[Any]]:
        return {self._followed: Account}

    @property
    def _followed(self) -> str:
        return f"account-{self.followee}"

    def decide(self, state: Follow | None, context: Context) -> Decision:
        require_self(context.actor, self.follower)
        if self.follower == self.followee:
            raise OwnAccount("Nobody follows themselves.", field="/followee")
        if state is not None and state.place is not None:
            return Decision()
        if open_account(context.others[self._followed].state).status == "suspended":
            raise AccountIsSuspended("The account is suspended; it cannot be followed now.")
        place = free_place(self.follower, self.followee, context)
        return Decision(
            events=(AccountFollowed(follower=self.follower, followee=self.followee, place=place),),
            claims=(place_name(self.follower, place),),
            guards=(context.guard(self._followed),),
        )
