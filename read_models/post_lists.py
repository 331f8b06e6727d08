"""Post lists: which posts there are of a status, tag, author, language or category, by time and by title."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Column, MetaData, Table, Text, Uuid

from domain.posts import events as e
from engine.log.records import Recorded
from engine.projection.contract import IndexRows, Memo, ReadModel, RowFold
from read_models.columns import BYTEWISE, MOMENT
from read_models.facets import facets
from read_models.keys import by_post, tag_key, title_key

_TABLES = MetaData()

POST_LISTS = Table(
    "post_lists",
    _TABLES,
    Column("post", Uuid, primary_key=True),
    Column("status", BYTEWISE, nullable=False),
    Column("authors", ARRAY(Uuid), nullable=False),
    Column("tags", ARRAY(Text), nullable=False),
    Column("language", BYTEWISE, nullable=False),
    Column("category", Uuid),
    Column("title_key", BYTEWISE, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("published_at", MOMENT),
)

# A list is read off its primary key, in either direction. The other lists that a post must be in too are looked
# up by the same key, as every list of a post has the same time and title.
POSTS_BY_TIME = Table(
    "posts_by_time",
    _TABLES,
    Column("facet", BYTEWISE, primary_key=True),
    Column("listed_at", MOMENT, primary_key=True),
    Column("post", Uuid, primary_key=True),
)

POSTS_BY_TITLE = Table(
    "posts_by_title",
    _TABLES,
    Column("facet", BYTEWISE, primary_key=True),
    Column("title_key", BYTEWISE, primary_key=True),
    Column("post", Uuid, primary_key=True),
    Column("listed_at", MOMENT, nullable=False),
)


class PostInLists(NamedTuple):
    """What decides where a post is listed, and no more: a revision of its text alone leaves the row as it is."""

    post: UUID
    status: str
    authors: tuple[UUID, ...]
    tags: tuple[str, ...]
    """Their keys."""
    language: str
    category: UUID | None
    title_key: str
    created_at: datetime
    published_at: datetime | None
    """Of a scheduled post: when it is to be."""

    @property
    def listed_at(self) -> datetime:
        return self.published_at or self.created_at

    @property
    def facets(self) -> list[str]:
        return facets(self.status, self.tags, self.authors, self.language, self.category)


def _fold(row: PostInLists | None, recorded: Recorded, _memo: Memo) -> PostInLists | None:
    event: e.AnyPostEvent = recorded.event
    if isinstance(event, e.PostDrafted):
        return _begun(event, recorded.recorded_at)
    return None if row is None else _changed(row, event)


def _begun(event: e.PostDrafted, at: datetime) -> PostInLists:
    return PostInLists(
        post=event.post,
        status="draft",
        authors=event.authors,
        tags=_keys(event.tags),
        language=event.language,
        category=event.category,
        title_key=title_key(event.title),
        created_at=at,
        published_at=None,
    )


def _changed(  # noqa: PLR0911 - one case an event
    row: PostInLists, event: e.AnyPostEvent
) -> PostInLists | None:
    match event:
        case e.PostRevised():
            return _revised(row, event)
        case e.PostPublished():
            return row._replace(status="published", published_at=event.published_at)
        case e.PostScheduled():
            return row._replace(status="scheduled", published_at=event.publish_at)
        case e.PostUnpublished() | e.PostRestored() | e.PostUnscheduled():
            return row._replace(status="draft", published_at=None)
        case e.PostArchived():
            return row._replace(status="archived", published_at=None if row.status == "scheduled" else row.published_at)
        case e.PostRetagged():
            return row._replace(tags=_keys(event.tags))
        case e.PostDeleted():
            return None
        case _:
            return row  # `events` below names those that matter here; a new kind of event need not


def _revised(row: PostInLists, event: e.PostRevised) -> PostInLists:
    return row._replace(
        authors=event.new("authors", row.authors),
        tags=_keys(event.tags or ()) if "tags" in event.changed else row.tags,
        language=event.new("language", row.language),
        category=event.new("category", row.category),
        title_key=title_key(event.title) if "title" in event.changed else row.title_key,
    )


def _keys(tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(tag_key, tags)))


def _by_time(row: PostInLists) -> list[tuple[str, datetime, UUID]]:
    return [(facet, row.listed_at, row.post) for facet in row.facets]


def _by_title(row: PostInLists) -> list[tuple[str, str, UUID, datetime]]:
    return [(facet, row.title_key, row.post, row.listed_at) for facet in row.facets]


MODEL = ReadModel(
    "post_lists",
    version=3,
    folds=(
        RowFold(
            table=POST_LISTS,
            row=PostInLists,
            events=(
                e.PostDrafted,
                e.PostRevised,
                e.PostPublished,
                e.PostScheduled,
                e.PostUnscheduled,
                e.PostUnpublished,
                e.PostArchived,
                e.PostRestored,
                e.PostDeleted,
                e.PostRetagged,
            ),
            key=by_post,
            fold=_fold,
            index_rows=(IndexRows(POSTS_BY_TIME, _by_time), IndexRows(POSTS_BY_TITLE, _by_title)),
            hands_on=("body",),
        ),
    ),
)
