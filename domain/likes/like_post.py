"""An account likes a published post."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from domain.command import Context, Decision
from domain.likes.events import PostLiked
from domain.likes.like import Like
from domain.likes.like_command import LikeCommand
from domain.posts.post import Post
from domain.posts.post_command import published_post
from domain.rights import require_self


class LikePost(LikeCommand):
    @cached_property
    def others(self) -> Mapping[str, type[Any]]:
        return {f"post-{self.post}": Post}

    def decide(self, state: Like | None, context: Context) -> Decision:
        require_self(context.actor, self.account)
        if state is not None and state.is_liked:
            return Decision()
        stream = f"post-{self.post}"
        published_post(context.others[stream].state, context.actor)
        # Guarded, as a process may hold a post as it was long ago: it costs the log one look-up by index.
        return Decision(events=(PostLiked(post=self.post, account=self.account),), guards=(context.guard(stream),))
