"""A comment is taken away: by its author, by an author of the post, or by an editor."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from domain.command import Context, Decision
from domain.comments.comment import Comment
from domain.comments.comment_command import CommentCommand
from domain.comments.events import CommentDeleted
from domain.comments.refusals import NotYourComment
from domain.posts.post import Post


class DeleteComment(CommentCommand):
    @cached_property
    def others(self) -> Mapping[str, type[Any]]:
        return {self.post_stream: Post}

    def decide(self, state: Comment | None, context: Context) -> Decision:
        comment = self.existing(state, context)
        deleted = CommentDeleted(comment=self.comment, post=self.post)
        if context.actor.is_editor or context.actor.account == comment.author:
            return Decision(events=(deleted,))
        post = self.seen_post(context)
        if post is None or context.actor.account not in post.authors:
            raise NotYourComment("Only its author, the post's authors and editors may delete a comment.")
        return Decision(events=(deleted,), guards=(context.guard(self.post_stream),))
