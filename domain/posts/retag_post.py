"""A post gets other tags, without a revision of its text."""

from domain.command import Context, Decision
from domain.posts.events import PostRetagged
from domain.posts.post import Post
from domain.posts.post_command import PostCommand, own_post
from domain.posts.tags import Tags


class RetagPost(PostCommand):
    tags: Tags

    def decide(self, state: Post | None, context: Context) -> Decision:
        if own_post(state, context).tags == self.tags:
            return Decision()
        return Decision(events=(PostRetagged(post=self.post, tags=self.tags),))
