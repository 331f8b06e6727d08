"""A post is put away: out of public view, and not among the drafts either."""

from domain.command import Context, Decision
from domain.posts.events import PostArchived
from domain.posts.post import Post
from domain.posts.post_command import PostCommand, own_post


class ArchivePost(PostCommand):
    def decide(self, state: Post | None, context: Context) -> Decision:
        if own_post(state, context).status == "archived":
            return Decision()
        return Decision(events=(PostArchived(post=self.post),))
