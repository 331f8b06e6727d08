"""What can happen to a comment."""

from datetime import datetime
from typing import Annotated, ClassVar, TypeAlias
from uuid import UUID

from domain.event import Event, Personal, Scope

Text: TypeAlias = Annotated[str | None, Personal(Scope.CONTENT)]
"""Markdown. None once the author's content key is destroyed."""


class CommentEvent(Event):
    """An event of the stream `comment-<id>`, in the order of its post's events."""

    comment: UUID
    post: UUID


class CommentWritten(CommentEvent):
    schema_version: ClassVar[int] = 2
    personal_of: ClassVar[str] = "author"

    author: UUID
    parent: UUID | None
    """The comment that it answers; None: the post itself."""
    depth: int
    """1 for what answers the post."""
    place: str
    """Sorts a thread, byte by byte: what is answered before its answers, and those by their time."""
    body: Text
    written_at: datetime | None = None
    """As an import gave it; None: when it was recorded."""
    answered: UUID | None = None
    """Whose comment it answers, if it answers one."""
    post_authors: tuple[UUID, ...] = ()
    """Whose post it was then."""


class CommentEdited(CommentEvent):
    personal_of: ClassVar[str] = "author"

    author: UUID
    body: Text


class CommentDeleted(CommentEvent):
    """Final. Its answers stay, below a gap."""


class CommentFlagged(CommentEvent):
    """Somebody asks a moderator to look at it; nobody does so twice before one has."""

    by: UUID
    is_hidden: bool
    """Whether this flag, one of several people's, hid it."""


class CommentApproved(CommentEvent):
    """A moderator looked: it is shown, and its flags are forgotten."""


class CommentRejected(CommentEvent):
    """A moderator looked: it is hidden."""


AnyCommentEvent: TypeAlias = (
    CommentWritten | CommentEdited | CommentDeleted | CommentFlagged | CommentApproved | CommentRejected
)
