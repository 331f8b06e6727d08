"""A like is taken back, whatever has become of the post."""

from domain.command import Context, Decision
from domain.likes.events import PostUnliked
from domain.likes.like import Like
from domain.likes.like_command import LikeCommand
from domain.rights import require_self


class UnlikePost(LikeCommand):
    def decide(self, state: Like | None, context: Context) -> Decision:
        require_self(context.actor, self.account)
        if state is None or not state.is_liked:
            return Decision()
        return Decision(events=(PostUnliked(post=self.post, account=self.account),))
