"""Who comments on what, and what the commands see beside the comment."""

from typing import Any
from uuid import UUID

from domain.command import Actor
from domain.comments.comment import Comment
from domain.comments.events import CommentFlagged
from domain.event import Event
from domain.posts.post import Post
from tests.domain.histories import DRAFTED, PUBLISHED
from tests.domain.scenario import COMMENT, COMMENT_ABOVE, POST, Beside, fold

CARA_WRITES = Actor(UUID(int=0xCA), frozenset({"author"}))


def below(*of_post: Event) -> dict[str, Any]:
    """Knowing a post with this history; without one: published."""
    return {"others": {f"post-{POST}": Beside(fold(Post, of_post or (DRAFTED, PUBLISHED)), 2)}}


def answering(*of_parent: Event) -> dict[str, Any]:
    """Below a published post, knowing the comment above."""
    parent = {f"comment-{COMMENT_ABOVE}": Beside(fold(Comment, of_parent), len(of_parent))}
    return {"others": {**below()["others"], **parent}}


def flagged(by: int, *, is_hidden: bool = False) -> CommentFlagged:
    return CommentFlagged(comment=COMMENT, post=POST, by=UUID(int=by), is_hidden=is_hidden)


HIDDEN = (flagged(1), flagged(2), flagged(3, is_hidden=True))
