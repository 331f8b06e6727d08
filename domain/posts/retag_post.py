"""A post gets other tags, without a revision of its text."""

from collections.abc import Mapping
from typing import Any

from domain.command import Context, Decision
from domain.posts.events import PostRetagged
from domain.posts.post import Post
from domain.posts.post_command import PostCommand, own_post
from domain.posts.sorting import as_sorted, looked_at
from domain.posts.tags import Tags


class RetagPost(PostCommand):
    tags: Tags

    @property
    def others(self) -> Mapping[str, type[Any]]:
        return looked_at(self.tags, None)

    def decide(self, state: Post | None, context: Context) -> Decision:
        post = own_post(state, context)
        tags, _, guards = as_sorted(context, self.tags, None)
        if post.tags == tags:
            return Decision()
        return Decision(events=(PostRetagged(post=self.post, tags=tags),), guards=guards)
