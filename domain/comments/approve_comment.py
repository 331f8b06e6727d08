"""A moderator finds nothing wrong with a comment."""

from domain.command import Context, Decision
from domain.comments.comment import Comment
from domain.comments.comment_command import CommentCommand
from domain.comments.events import CommentApproved


class ApproveComment(CommentCommand):
    def decide(self, state: Comment | None, context: Context) -> Decision:
        comment = self.moderated(state, context)
        if comment.is_shown and not comment.flagged_by:
            return Decision()
        return Decision(events=(CommentApproved(comment=self.comment, post=self.post),))
