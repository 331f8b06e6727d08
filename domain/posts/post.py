"""The state that post commands decide on. It keeps no bodies: digests tell whether a text changes."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple, assert_never
from uuid import UUID

from domain.command import Name
from domain.digest import digest
from domain.posts import events as e
from domain.posts.content import is_blank


class Schedule(NamedTuple):
    publish_at: datetime
    version: int
    """The post's, from its being scheduled: tells this schedule from an earlier one for the same time."""


@dataclass(frozen=True, slots=True)
class Post:
    id: UUID
    owner: UUID
    authors: tuple[UUID, ...]
    title: bytes
    body: bytes
    format: e.Format
    excerpt: bytes
    language: str
    tags: tuple[str, ...]
    slug: str
    slugs: frozenset[str]
    """Every slug it ever had: all lead to it until it is deleted."""
    comments_allowed: bool
    is_blank: bool
    category: UUID | None = None
    cover: UUID | None = None
    media: tuple[UUID, ...] = ()
    status: Literal["draft", "scheduled", "published", "archived", "deleted"] = "draft"
    published_at: datetime | None = None
    """Kept when it is a draft again, for the next time."""
    version: int = 1
    """How many events it has."""
    schedule: Schedule | None = None
    """While it is scheduled."""

    @property
    def names(self) -> tuple[Name, ...]:
        """What its commands have claimed and not released."""
        return tuple(Name("slug", slug) for slug in sorted(self.slugs))

    @staticmethod
    def evolve(state: "Post | None", event: e.AnyPostEvent) -> "Post":
        """The state after the event; None is a stream without events."""
        if isinstance(event, e.PostDrafted):
            return _begun(event)
        if state is None:
            raise ValueError(f"a post cannot begin with {type(event).__name__}")
        changed = _changed(state, event)
        schedule = changed.schedule if changed.status == "scheduled" else None
        return replace(changed, version=state.version + 1, schedule=schedule)


def _begun(event: e.PostDrafted) -> Post:
    return Post(
        id=event.post,
        owner=event.owner,
        authors=event.authors,
        title=digest(event.title),
        body=digest(event.body),
        format=event.format,
        excerpt=digest(event.excerpt),
        language=event.language,
        tags=event.tags,
        slug=event.slug,
        slugs=frozenset({event.slug}),
        comments_allowed=event.comments_allowed,
        is_blank=is_blank(event.body),
        category=event.category,
        cover=event.cover,
        media=event.media,
    )


def _changed(  # noqa: PLR0911 - one case an event: the closed union is the point
    state: Post, event: e.AnyPostEvent
) -> Post:
    match event:
        case e.PostDrafted():
            return _begun(event)
        case e.PostRevised():
            return _revised(state, event)
        case e.SlugChanged():
            return replace(state, slug=event.slug, slugs=state.slugs | {event.slug})
        case e.PostPublished():
            return replace(state, status="published", published_at=event.published_at)
        case e.PostScheduled():
            return replace(state, status="scheduled", schedule=Schedule(event.publish_at, state.version + 1))
        case e.PostUnpublished() | e.PostRestored() | e.PostUnscheduled() | e.PostArchived():
            return replace(state, status="archived" if isinstance(event, e.PostArchived) else "draft")
        case e.PostDeleted():
            return replace(state, status="deleted", slugs=frozenset())
        case e.PostRetagged():
            return replace(state, tags=event.tags)
        case _:
            assert_never(event)


def _revised(state: Post, event: e.PostRevised) -> Post:
    is_new_body = "body" in event.changed
    return replace(
        state,
        authors=event.new("authors", state.authors),
        title=digest(event.title) if "title" in event.changed else state.title,
        body=digest(event.body) if is_new_body else state.body,
        format=event.new("format", state.format),
        excerpt=digest(event.excerpt) if "excerpt" in event.changed else state.excerpt,
        language=event.new("language", state.language),
        tags=event.new("tags", state.tags),
        comments_allowed=event.new("comments_allowed", state.comments_allowed),
        is_blank=is_blank(event.body) if is_new_body else state.is_blank,
        category=event.new("category", state.category),
        cover=event.new("cover", state.cover),
        media=event.new("media", state.media),
    )
