"""An account follows another no longer, whatever has become of that one."""

from domain.command import Context, Decision
from domain.follows.events import AccountUnfollowed
from domain.follows.follow import Follow
from domain.follows.follow_command import FollowCommand
from domain.rights import require_self


class UnfollowAccount(FollowCommand):
    def decide(self, state: Follow | None, context: Context) -> Decision:
        require_self(context.actor, self.follower)
        if state is None or state.place is None:
            return Decision()
        return Decision(
            events=(AccountUnfollowed(follower=self.follower, followee=self.followee),), releases=(state.place,)
        )
