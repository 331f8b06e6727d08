"""What all commands on a post share."""

from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from domain.command import Actor, Command, Context
from domain.posts.post import Post
from domain.posts.refusals import NoSuchPost, NotTheAuthor, PostNotPublished
from domain.rights import require_sign_in


class PostCommand(Command):
    aggregate: ClassVar[type[Any]] = Post

    post: UUID

    @cached_property
    def stream(self) -> str:
        return f"post-{self.partition_key}"

    @cached_property
    def partition_key(self) -> str:
        return str(self.post)


def own_post(state: Post | None, context: Context) -> Post:
    """Gives a post that the actor may change: one of its authors, or an editor.

    Raises:
        SignInRequired: nobody is signed in.
        NoSuchPost: there is none, or it is deleted.
        NotTheAuthor: somebody else's.
    """
    require_sign_in(context.actor)
    if state is None or state.status == "deleted":
        raise NoSuchPost("There is no such post.")
    if not _may_change(state, context.actor):
        raise NotTheAuthor("Only the post's authors and editors may change it.")
    return state


def published_post(state: Post | None, actor: Actor) -> Post:
    """Gives a post that everybody sees.

    Raises:
        NoSuchPost: there is none, it is deleted, or that there is one is not for who asks to know.
        PostNotPublished: it is a draft of their own, or archived.
    """
    if state is None or state.status == "deleted" or not (state.status == "published" or _may_change(state, actor)):
        raise NoSuchPost("There is no such post.")
    if state.status != "published":
        raise PostNotPublished("The post is not published.")
    return state


def _may_change(post: Post, actor: Actor) -> bool:
    return actor.is_editor or actor.account in post.authors
