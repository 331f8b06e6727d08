"""A scheduled post is a draft again."""

from domain.command import Context, Decision
from domain.posts.events import PostUnscheduled
from domain.posts.post import Post
from domain.posts.post_command import PostCommand, own_post
from domain.posts.refusals import PostNotScheduled


class UnschedulePost(PostCommand):
    def decide(self, state: Post | None, context: Context) -> Decision:
        if own_post(state, context).schedule is None:
            raise PostNotScheduled("Only a scheduled post can be unscheduled.")
        return Decision(events=(PostUnscheduled(post=self.post),))
