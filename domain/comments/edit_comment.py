"""Its author puts a comment otherwise."""

from domain.command import Context, Decision
from domain.comments.comment import Comment
from domain.comments.comment_command import CommentCommand
from domain.comments.content import Body
from domain.comments.events import CommentEdited
from domain.comments.refusals import NotYourComment
from domain.digest import digest


class EditComment(CommentCommand):
    body: Body

    def decide(self, state: Comment | None, context: Context) -> Decision:
        comment = self.existing(state, context)
        if context.actor.account != comment.author:
            raise NotYourComment("Only its author may edit a comment.")
        if digest(self.body) == comment.body:
            return Decision()
        edited = CommentEdited(comment=self.comment, post=self.post, author=comment.author, body=self.body)
        return Decision(events=(edited,))
