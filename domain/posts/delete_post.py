"""A post ends, and its slugs are free for others."""

from domain.command import Context, Decision, Name
from domain.posts.events import PostDeleted
from domain.posts.post import Post
from domain.posts.post_command import PostCommand, own_post


class DeletePost(PostCommand):
    def decide(self, state: Post | None, context: Context) -> Decision:
        post = own_post(state, context)
        released = tuple(Name("slug", slug) for slug in sorted(post.slugs))
        return Decision(events=(PostDeleted(post=self.post),), releases=released)
