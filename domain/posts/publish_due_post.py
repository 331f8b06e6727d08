"""The clock publishes a post whose time has come."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from domain.accounts.account import Account
from domain.command import Context, Decision
from domain.posts.content import Authors
from domain.posts.events import PostPublished
from domain.posts.post import Post, Schedule
from domain.posts.post_command import PostCommand, own_post
from domain.posts.refusals import NoAuthorMayPublish, NotDueYet, NothingToPublish, ScheduleChanged
from domain.rights import require_system


class PublishDuePost(PostCommand):
    schedule: Annotated[int, Field(ge=1)]
    """The post's version from its being scheduled: another schedule is not meant."""
    authors: Authors
    """Those that the post has now: one of them must still be there."""

    @property
    def others(self) -> Mapping[str, type[Any]]:
        return {_stream(author): Account for author in self.authors}

    def decide(self, state: Post | None, context: Context) -> Decision:
        require_system(context.actor, "The clock alone does this; publish or schedule the post instead.")
        post = own_post(state, context)
        schedule = self._meant(post)
        if context.now < schedule.publish_at:
            raise NotDueYet("The time has not come yet.")
        if post.is_blank:
            raise NothingToPublish("A post needs a body before it is published.", field="/body")
        active = self._active(post, context)
        if active is None:
            raise NoAuthorMayPublish("All authors of the post are suspended or gone; an editor may publish it.")
        # Guarded: who is suspended at this moment is not published as one who was not.
        published = PostPublished(post=self.post, published_at=schedule.publish_at)
        return Decision(events=(published,), guards=(context.guard(active),))

    def _meant(self, post: Post) -> Schedule:
        if post.schedule is None or post.schedule.version != self.schedule:
            raise ScheduleChanged("The post is not scheduled any more as it was; look at it again.")
        return post.schedule

    def _active(self, post: Post, context: Context) -> str | None:
        """The stream of the first author who may publish."""
        streams = (_stream(author) for author in self.authors if author in post.authors)
        return next((stream for stream in streams if _is_active(context.others[stream].state)), None)


def _is_active(account: Account | None) -> bool:
    return account is not None and account.status == "active"


def _stream(author: UUID) -> str:
    return f"account-{author}"
