"""A draft is to be published at a time that lies ahead; a scheduled post gets another time."""

from datetime import UTC, timedelta

from pydantic import AwareDatetime

from domain.command import Context, Decision
from domain.posts.events import PostScheduled
from domain.posts.post import Post
from domain.posts.post_command import PostCommand, own_post
from domain.posts.refusals import NothingToPublish, PostIsArchived, PostIsPublished, TimePassed, TimeTooFar

LONGEST = timedelta(days=3653)


class SchedulePost(PostCommand):
    publish_at: AwareDatetime
    """At most ten years ahead."""

    def decide(self, state: Post | None, context: Context) -> Decision:
        post = own_post(state, context)
        _check(post)
        if self.publish_at <= context.now:
            raise TimePassed("The time has passed; give one that lies ahead.", field="/publish_at")
        if self.publish_at > context.now + LONGEST:
            raise TimeTooFar("The time is too far ahead; give one within ten years.", field="/publish_at")
        if post.schedule is not None and post.schedule.publish_at == self.publish_at:
            return Decision()
        return Decision(events=(PostScheduled(post=self.post, publish_at=self.publish_at.astimezone(UTC)),))


def _check(post: Post) -> None:
    if post.status == "archived":
        raise PostIsArchived("An archived post is restored before it is scheduled.")
    if post.status == "published":
        raise PostIsPublished("The post is published; unpublish it before it is scheduled.")
    if post.is_blank:
        raise NothingToPublish("A post needs a body before it is scheduled.", field="/body")
