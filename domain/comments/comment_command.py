"""What all commands on a comment share."""

from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from domain.command import Command, Context
from domain.comments.comment import Comment
from domain.comments.refusals import EditorRoleRequired, NoSuchComment
from domain.posts.post import Post
from domain.rights import require_sign_in


class CommentCommand(Command):
    aggregate: ClassVar[type[Any]] = Comment

    comment: UUID
    post: UUID

    @cached_property
    def stream(self) -> str:
        return f"comment-{self.comment}"

    @cached_property
    def partition_key(self) -> str:
        return str(self.post)

    @cached_property
    def post_stream(self) -> str:
        return f"post-{self.post}"

    def seen_post(self, context: Context) -> Post | None:
        """The post, for commands that ask to see it."""
        found: Post | None = context.others[self.post_stream].state
        return None if found is None or found.status == "deleted" else found

    def existing(self, state: Comment | None, context: Context) -> Comment:
        """Gives a comment of this post to somebody signed in.

        Raises:
            SignInRequired: nobody is.
            NoSuchComment: there is none, it is deleted, or it belongs to another post.
        """
        require_sign_in(context.actor)
        if state is None or state.post != self.post or state.status == "deleted":
            raise NoSuchComment("There is no such comment.")
        return state

    def moderated(self, state: Comment | None, context: Context) -> Comment:
        """Gives a comment to a moderator.

        Raises:
            SignInRequired, NoSuchComment: as above.
            EditorRoleRequired: who asks is none.
        """
        comment = self.existing(state, context)
        if not context.actor.is_editor:
            raise EditorRoleRequired("Only editors moderate comments.")
        return comment
