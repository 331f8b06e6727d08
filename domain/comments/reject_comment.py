"""A moderator hides a comment."""

from domain.command import Context, Decision
from domain.comments.comment import Comment
from domain.comments.comment_command import CommentCommand
from domain.comments.events import CommentRejected


class RejectComment(CommentCommand):
    def decide(self, state: Comment | None, context: Context) -> Decision:
        if self.moderated(state, context).status == "rejected":
            return Decision()
        return Decision(events=(CommentRejected(comment=self.comment, post=self.post),))
