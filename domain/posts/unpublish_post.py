"""A published post is a draft again."""

from domain.command import Context, Decision
from domain.posts.events import PostUnpublished
from domain.posts.post import Post
from domain.posts.post_command import PostCommand, own_post
from domain.posts.refusals import PostNotPublished


class UnpublishPost(PostCommand):
    def decide(self, state: Post | None, context: Context) -> Decision:
        if own_post(state, context).status != "published":
            raise PostNotPublished("Only a published post can be unpublished.")
        return Decision(events=(PostUnpublished(post=self.post),))
