"""An archived post is a draft again."""

from domain.command import Context, Decision
from domain.posts.events import PostRestored
from domain.posts.post import Post
from domain.posts.post_command import PostCommand, own_post
from domain.posts.refusals import PostNotArchived


class RestorePost(PostCommand):
    def decide(self, state: Post | None, context: Context) -> Decision:
        if own_post(state, context).status != "archived":
            raise PostNotArchived("Only an archived post can be restored.")
        return Decision(events=(PostRestored(post=self.post),))
