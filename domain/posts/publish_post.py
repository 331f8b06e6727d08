"""A draft goes public; on a published post, an editor corrects its date."""

from datetime import datetime

from pydantic import AwareDatetime

from domain.command import Context, Decision
from domain.posts.events import PostPublished
from domain.posts.post import Post
from domain.posts.post_command import PostCommand, own_post
from domain.posts.refusals import DateAhead, DateNotYours, NothingToPublish, PostIsArchived


class PublishPost(PostCommand):
    published_at: AwareDatetime | None = None
    """Only editors may give it. Left out: the date it had before, else now."""

    def decide(self, state: Post | None, context: Context) -> Decision:
        post = own_post(state, context)
        if post.status == "archived":
            raise PostIsArchived("An archived post is restored before it is published.")
        if post.is_blank:
            raise NothingToPublish("A post needs a body before it is published.", field="/body")
        date = self._date(post, context)
        if post.status == "published" and date == post.published_at:
            return Decision()
        return Decision(events=(PostPublished(post=self.post, published_at=date),))

    def _date(self, post: Post, context: Context) -> datetime:
        if self.published_at is None:
            return post.published_at or context.now
        if not context.actor.is_editor:
            raise DateNotYours("Only an editor dates a post; leave the date out.", field="/published_at")
        if self.published_at > context.now:
            raise DateAhead("The date lies ahead; give one that is past.", field="/published_at")
        return self.published_at
