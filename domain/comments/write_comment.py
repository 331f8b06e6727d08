"""Somebody says something about a post, or answers what another said."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from domain.command import Actor, Context, Decision, Guard
from domain.comments.comment import Comment
from domain.comments.comment_command import CommentCommand
from domain.comments.content import Body
from domain.comments.events import CommentWritten
from domain.comments.place import DEEPEST, place_of
from domain.comments.refusals import (
    CommenterMissing,
    CommenterNotYours,
    CommentExists,
    CommentsClosed,
    NothingToAnswer,
    ThreadTooDeep,
)
from domain.posts.post import Post
from domain.posts.refusals import DateAhead, DateNotYours, NoSuchPost, PostNotPublished
from domain.rights import require_sign_in


class WriteComment(CommentCommand):
    body: Body
    parent: UUID | None = None
    """The comment that it answers; left out: the post."""
    author: UUID | None = None
    """Only editors may name another than whoever asks."""
    written_at: AwareDatetime | None = None
    """Only editors may give it. Left out: now."""

    @cached_property
    def others(self) -> Mapping[str, type[Any]]:
        parent = {} if self.parent is None else {self._parent_stream: Comment}
        return {self.post_stream: Post, **parent}

    @property
    def _parent_stream(self) -> str:
        return f"comment-{self.parent}"

    def decide(self, state: Comment | None, context: Context) -> Decision:
        require_sign_in(context.actor)
        if state is not None:
            raise CommentExists("A comment of this id exists; make a new id.", field="/comment")
        post = self._open_post(context)
        self._require_date(context)
        parent = self._answered(context)
        return Decision(events=(self._written(post, parent, context),), guards=self._promises(context))

    def _open_post(self, context: Context) -> Post:
        post = self.seen_post(context)
        if post is None or (post.status != "published" and not _knows(context.actor, post)):
            raise NoSuchPost("There is no such post.")
        if post.status != "published":
            raise PostNotPublished("Only a published post takes comments.")
        if not post.comments_allowed:
            raise CommentsClosed("This post takes no comments.")
        return post

    def _require_date(self, context: Context) -> None:
        if self.written_at is None:
            return
        if not context.actor.is_editor:
            raise DateNotYours("Only an editor dates a comment; leave the date out.", field="/written_at")
        if self.written_at > context.now:
            raise DateAhead("The date lies ahead; give one that is past.", field="/written_at")

    def _answered(self, context: Context) -> Comment | None:
        if self.parent is None:
            return None
        parent: Comment | None = context.others[self._parent_stream].state
        if parent is None or parent.post != self.post or not parent.is_shown:
            raise NothingToAnswer(
                "What this answers is not there; answer another comment of the post.", field="/parent"
            )
        if parent.depth >= DEEPEST:
            raise ThreadTooDeep(f"Answers go {DEEPEST} levels deep; answer the comment above.", field="/parent")
        return parent

    def _author(self, actor: Actor) -> UUID:
        if self.author is not None and self.author != actor.account and not actor.is_editor:
            raise CommenterNotYours("Only an editor names another author; leave it out.", field="/author")
        author = self.author or actor.account
        if author is None:
            raise CommenterMissing("Name the author.", field="/author")
        return author

    def _written(self, post: Post, parent: Comment | None, context: Context) -> CommentWritten:
        return CommentWritten(
            comment=self.comment,
            post=self.post,
            author=self._author(context.actor),
            parent=self.parent,
            depth=1 if parent is None else parent.depth + 1,
            place=place_of(self.comment, self.written_at or context.now, "" if parent is None else parent.place),
            body=self.body,
            written_at=self.written_at,
            answered=None if parent is None else parent.author,
            post_authors=post.authors,
        )

    def _promises(self, context: Context) -> tuple[Guard, ...]:
        """The post is open and the comment above is there, still when this one is stored."""
        return tuple(context.guard(stream) for stream in self.others)


def _knows(actor: Actor, post: Post) -> bool:
    """Whether it is no news to them that there is such a post."""
    return actor.is_editor or actor.account in post.authors
