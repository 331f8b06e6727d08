"""Somebody finds that a comment should not be there; when several do, it is hidden until a moderator looks."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from domain.command import Context, Decision
from domain.comments.comment import Comment
from domain.comments.comment_command import CommentCommand
from domain.comments.events import CommentFlagged
from domain.comments.refusals import NoSuchComment, OwnCommentFlagged
from domain.posts.post import Post
from domain.rights import SignInRequired

HIDING_FLAGS = 3


class FlagComment(CommentCommand):
    @cached_property
    def others(self) -> Mapping[str, type[Any]]:
        return {self.post_stream: Post}

    def decide(self, state: Comment | None, context: Context) -> Decision:
        comment, by = self.existing(state, context), context.actor.account
        if by is None:
            raise SignInRequired("A flag is somebody's: sign in first.")
        post = self.seen_post(context)
        if post is None or post.status != "published":
            raise NoSuchComment("There is no such comment.")
        if by == comment.author:
            raise OwnCommentFlagged("This is your own comment; edit or delete it.")
        if by in comment.flagged_by or not comment.is_shown:
            return Decision()
        is_hidden = len(comment.flagged_by) + 1 >= HIDING_FLAGS
        flagged = CommentFlagged(comment=self.comment, post=self.post, by=by, is_hidden=is_hidden)
        return Decision(events=(flagged,))
