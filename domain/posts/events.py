"""What can happen to a post."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, TypeAlias
from uuid import UUID

from domain.event import Event, Personal, Scope

Content: TypeAlias = Annotated[str | None, Personal(Scope.CONTENT)]
"""What somebody wrote. None once the owner's content key is destroyed."""

Format: TypeAlias = Literal["markdown", "html"]


class PostEvent(Event):
    """An event of the stream `post-<id>`."""

    post: UUID


class PostDrafted(PostEvent):
    schema_version: ClassVar[int] = 3
    personal_of: ClassVar[str] = "owner"

    owner: UUID
    """The first author at that time: their content key protects the text for good, whoever the authors become."""
    authors: tuple[UUID, ...]
    title: Content
    body: Content
    format: Format
    excerpt: Content
    """None: cut from the body."""
    language: str
    tags: tuple[str, ...]
    """As given, without two of one normal form."""
    slug: str
    comments_allowed: bool
    category: UUID | None = None
    """Where it is sorted in; None, or one that is deleted: nowhere."""
    cover: UUID | None = None
    """The medium that stands for it."""
    media: tuple[UUID, ...] = ()
    """Those that its text leads to and that become public with it."""


class PostRevised(PostEvent):
    """A revision. Carries the fields named in `changed` alone; the others are None and mean nothing.

    An aggregate keeps no bodies, so a partial change cannot repeat what it leaves alone. A fold takes
    `event.new("title", row.title)` for every field; history at a version is the fold up to it. A named personal
    field that is None was cleared (an excerpt cut from the body again), or its key is destroyed.
    """

    schema_version: ClassVar[int] = 3
    personal_of: ClassVar[str] = "owner"

    owner: UUID
    changed: tuple[str, ...]
    """Of `authors`, `title`, `body`, `format`, `excerpt`, `language`, `tags`, `comments_allowed`, `category`,
    `cover`, `media`; never empty."""
    authors: tuple[UUID, ...] | None = None
    title: Content = None
    body: Content = None
    format: Format | None = None
    excerpt: Content = None
    language: str | None = None
    tags: tuple[str, ...] | None = None
    comments_allowed: bool | None = None
    category: UUID | None = None
    cover: UUID | None = None
    media: tuple[UUID, ...] | None = None

    def new(self, field: str, old: Any) -> Any:
        """The field's value after this revision."""
        return getattr(self, field) if field in self.changed else old


class SlugChanged(PostEvent):
    """Earlier slugs still lead to the post; it may have had this one before."""

    slug: str


class PostPublished(PostEvent):
    """Comes again on a published post when an editor corrects its date."""

    published_at: datetime


class PostScheduled(PostEvent):
    """To be published at a time that lay ahead. Comes again when the time is changed.

    It ends by being published, sooner or at its time, and by being unscheduled, archived or deleted.
    """

    publish_at: datetime


class PostUnscheduled(PostEvent):
    """A draft again, before its time came."""


class PostUnpublished(PostEvent):
    """Back to a draft. The date is kept for the next time it is published."""


class PostArchived(PostEvent):
    """Put away, from a draft or from public view."""


class PostRestored(PostEvent):
    """An archived post is a draft again: nothing becomes public by restoring."""


class PostDeleted(PostEvent):
    """Final. Its slugs are free for others."""


class PostRetagged(PostEvent):
    """New tags by the tags' own doors; not a revision of the text."""

    tags: tuple[str, ...]


AnyPostEvent: TypeAlias = (
    PostDrafted
    | PostRevised
    | SlugChanged
    | PostPublished
    | PostScheduled
    | PostUnscheduled
    | PostUnpublished
    | PostArchived
    | PostRestored
    | PostDeleted
    | PostRetagged
)
