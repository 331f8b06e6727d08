"""Post history: what each version of a post changed, for as long as the post is there."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Integer, MetaData, SmallInteger, Table, Text, Uuid

from domain.posts import events as e
from engine.log.records import Recorded
from engine.projection.contract import Memo, ReadModel, RowFold
from read_models.columns import BYTEWISE, MOMENT

POST_HISTORY = Table(
    "post_history",
    MetaData(),
    Column("post", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("partition", SmallInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("kind", BYTEWISE, nullable=False),
    Column("recorded_at", MOMENT, nullable=False),
    Column("changed", ARRAY(Text), nullable=False),
    Column("status", BYTEWISE),
    Column("published_at", MOMENT),
    Column("publish_at", MOMENT),
    Column("slug", BYTEWISE),
    Column("authors", ARRAY(Uuid)),
    Column("title", Text),
    Column("body", Text),
    Column("format", BYTEWISE),
    Column("excerpt", Text),
    Column("language", BYTEWISE),
    Column("tags", ARRAY(Text)),
    Column("comments_allowed", Boolean),
)


class Change(NamedTuple):
    """One version: of the fields below, those that `changed` names have a new value, the others mean nothing."""

    post: UUID
    version: int
    partition: int
    sequence: int
    kind: str
    """drafted, revised, renamed, retagged, scheduled, unscheduled, published, unpublished, archived or restored."""
    recorded_at: datetime
    changed: tuple[str, ...]
    status: str | None = None
    published_at: datetime | None = None
    publish_at: datetime | None = None
    """As long as the status is scheduled, no longer."""
    slug: str | None = None
    authors: tuple[UUID, ...] | None = None
    title: str | None = None
    body: str | None = None
    format: str | None = None
    excerpt: str | None = None
    language: str | None = None
    tags: tuple[str, ...] | None = None
    comments_allowed: bool | None = None


_OF_A_REVISION = ("authors", "title", "body", "format", "excerpt", "language", "tags", "comments_allowed")
_OF_A_DRAFT = (*_OF_A_REVISION, "slug", "status", "published_at")
_OF_PUBLISHING = ("status", "published_at")
_OF_SCHEDULING = ("status", "publish_at")


def _key(recorded: Recorded) -> tuple[UUID, int]:
    return recorded.event.post, recorded.version


def _keys(recorded: Recorded) -> Iterable[tuple[UUID, int]]:
    """A deleted post takes all its versions along."""
    if isinstance(recorded.event, e.PostDeleted):
        return [(recorded.event.post, version) for version in range(1, recorded.version)]
    return [_key(recorded)]


def _fold(_row: Change | None, recorded: Recorded, _memo: Memo) -> Change | None:
    event: e.AnyPostEvent = recorded.event
    match event:
        case e.PostDrafted():
            return _change(recorded, "drafted", _OF_A_DRAFT, status="draft", slug=event.slug, **_content(event))
        case e.PostRevised():
            return _revised(recorded, event)
        case e.SlugChanged():
            return _change(recorded, "renamed", ("slug",), slug=event.slug)
        case e.PostRetagged():
            return _change(recorded, "retagged", ("tags",), tags=event.tags)
        case e.PostPublished():
            when = event.published_at
            return _change(recorded, "published", _OF_PUBLISHING, status="published", published_at=when)
        case _:
            return _not_public(recorded)


def _revised(recorded: Recorded, event: e.PostRevised) -> Change | None:
    changed = tuple(name for name in _OF_A_REVISION if name in event.changed)
    return _change(recorded, "revised", changed, **_content(event))


def _not_public(recorded: Recorded) -> Change | None:
    match recorded.event:
        case e.PostScheduled(publish_at=when):
            return _change(recorded, "scheduled", _OF_SCHEDULING, status="scheduled", publish_at=when)
        case e.PostUnscheduled():
            return _change(recorded, "unscheduled", _OF_SCHEDULING, status="draft")
        case e.PostUnpublished():
            return _change(recorded, "unpublished", _OF_PUBLISHING, status="draft")
        case e.PostArchived():
            return _change(recorded, "archived", ("status",), status="archived")
        case e.PostRestored():
            return _change(recorded, "restored", _OF_PUBLISHING, status="draft")
        case _:
            return None  # deleted


def _content(event: e.PostDrafted | e.PostRevised) -> dict[str, Any]:
    return {name: getattr(event, name) for name in _OF_A_REVISION}


def _change(recorded: Recorded, kind: str, changed: tuple[str, ...], **values: Any) -> Change:
    return Change(
        recorded.event.post,
        recorded.version,
        recorded.partition,
        recorded.sequence,
        kind,
        recorded.recorded_at,
        changed,
        **values,
    )


MODEL = ReadModel(
    "post_history",
    version=2,
    folds=(
        RowFold(
            table=POST_HISTORY,
            row=Change,
            events=(
                e.PostDrafted,
                e.PostRevised,
                e.SlugChanged,
                e.PostRetagged,
                e.PostPublished,
                e.PostScheduled,
                e.PostUnscheduled,
                e.PostUnpublished,
                e.PostArchived,
                e.PostRestored,
                e.PostDeleted,
            ),
            key=_key,
            keys=_keys,
            fold=_fold,
            narrow=(e.PostDeleted,),
            hands_on=("body",),
        ),
    ),
)
