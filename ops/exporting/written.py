"""A post with its texts, folded from its events: what a file is written from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from domain.posts import events as e


@dataclass(frozen=True, slots=True)
class Written:
    id: UUID
    authors: tuple[UUID, ...]
    title: str | None
    body: str | None
    format: e.Format
    excerpt: str | None
    language: str
    tags: tuple[str, ...]
    slug: str
    earlier_slugs: tuple[str, ...]
    comments_allowed: bool
    category: UUID | None = None
    cover: UUID | None = None
    media: tuple[UUID, ...] = ()
    status: str = "draft"
    published_at: datetime | None = None
    """Of a scheduled one, when it is to be."""


def written(events: Iterable[e.AnyPostEvent]) -> Written | None:
    """The post after all its events; None when it is deleted, or its text erased."""
    post: Written | None = None
    for event in events:
        post = _begun(event) if isinstance(event, e.PostDrafted) else _next(post, event) if post else None
    return None if post is None or post.title is None or post.body is None else post


def _begun(event: e.PostDrafted) -> Written:
    same = event.model_dump(exclude={"post", "owner"})
    return Written(id=event.post, earlier_slugs=(), **same)


def _next(post: Written, event: e.AnyPostEvent) -> Written | None:  # noqa: PLR0911 - one case an event
    match event:
        case e.PostDrafted():
            return _begun(event)
        case e.PostRevised():
            return replace(post, **{field: getattr(event, field) for field in event.changed})
        case e.SlugChanged():
            earlier = dict.fromkeys((*post.earlier_slugs, post.slug))
            return replace(post, slug=event.slug, earlier_slugs=tuple(one for one in earlier if one != event.slug))
        case e.PostPublished():
            return replace(post, status="published", published_at=event.published_at)
        case e.PostScheduled():
            return replace(post, status="scheduled", published_at=event.publish_at)
        case e.PostUnpublished() | e.PostRestored() | e.PostUnscheduled():
            return replace(post, status="draft")
        case e.PostArchived():  # a time that it was scheduled for is no date that it was published at
            return replace(
                post, status="archived", published_at=None if post.status == "scheduled" else post.published_at
            )
        case e.PostRetagged():
            return replace(post, tags=event.tags)
        case e.PostDeleted():
            return None
        case _:
            assert_never(event)
