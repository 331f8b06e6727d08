"""Post pages: everything that one post shows, but the names of its authors and its category."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Integer, MetaData, SmallInteger, Table, Text, Uuid

from domain.posts import events as e
from engine.log.records import Recorded
from engine.projection.contract import PENDING, Memo, ReadModel, Renderer, RowFold
from read_models.columns import BYTEWISE, MOMENT
from read_models.keys import by_post
from read_models.rendering import RENDERERS, lead

POST_PAGES = Table(
    "post_pages",
    MetaData(),
    Column("post", Uuid, primary_key=True),
    Column("partition", SmallInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("owner", Uuid, nullable=False),
    Column("authors", ARRAY(Uuid), nullable=False),
    Column("status", BYTEWISE, nullable=False),
    Column("slug", BYTEWISE, nullable=False),
    Column("language", BYTEWISE, nullable=False),
    Column("comments_allowed", Boolean, nullable=False),
    Column("category", Uuid),
    Column("cover", Uuid),
    Column("created_at", MOMENT, nullable=False),
    Column("updated_at", MOMENT, nullable=False),
    Column("published_at", MOMENT),
    Column("publish_at", MOMENT),
    Column("title", Text),
    Column("excerpt", Text),
    Column("lead", Text, nullable=False),
    Column("tags", ARRAY(Text), nullable=False),
    Column("format", BYTEWISE, nullable=False),
    Column("body", Text),
    Column("html", Text, nullable=False),
)


class PostPage(NamedTuple):
    post: UUID
    partition: int
    sequence: int
    version: int
    owner: UUID
    authors: tuple[UUID, ...]
    status: str
    slug: str
    language: str
    comments_allowed: bool
    category: UUID | None
    """It may be deleted; then the post has none."""
    cover: UUID | None
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    """None for a draft, whatever it was before."""
    publish_at: datetime | None
    """While it is scheduled."""
    title: str | None
    excerpt: str | None
    """As given; None: the lead stands for it."""
    lead: str
    """Cut from the body."""
    tags: tuple[str, ...]
    format: str
    body: str | None
    html: str


def _fold(row: PostPage | None, recorded: Recorded, _memo: Memo) -> PostPage | None:
    event: e.AnyPostEvent = recorded.event
    if isinstance(event, e.PostDrafted):
        return _begun(event, recorded)
    if row is None or isinstance(event, e.PostDeleted):
        return None
    return _changed(row, event)._replace(
        partition=recorded.partition,
        sequence=recorded.sequence,
        version=recorded.version,
        updated_at=recorded.recorded_at,
    )


def _begun(event: e.PostDrafted, recorded: Recorded) -> PostPage:
    return PostPage(
        post=event.post,
        partition=recorded.partition,
        sequence=recorded.sequence,
        version=recorded.version,
        owner=event.owner,
        authors=event.authors,
        status="draft",
        slug=event.slug,
        language=event.language,
        comments_allowed=event.comments_allowed,
        category=event.category,
        cover=event.cover,
        created_at=recorded.recorded_at,
        updated_at=recorded.recorded_at,
        published_at=None,
        publish_at=None,
        title=event.title,
        excerpt=event.excerpt,
        lead=PENDING,
        tags=event.tags,
        format=event.format,
        body=event.body,
        html=PENDING,
    )


def _changed(  # noqa: PLR0911 - one case an event
    row: PostPage, event: e.AnyPostEvent
) -> PostPage:
    match event:
        case e.PostRevised():
            return _revised(row, event)
        case e.SlugChanged():
            return row._replace(slug=event.slug)
        case e.PostPublished():
            return row._replace(status="published", published_at=event.published_at, publish_at=None)
        case e.PostScheduled():
            return row._replace(status="scheduled", publish_at=event.publish_at)
        case e.PostUnpublished() | e.PostRestored() | e.PostUnscheduled():
            return row._replace(status="draft", published_at=None, publish_at=None)
        case e.PostArchived():
            return row._replace(status="archived", publish_at=None)
        case e.PostRetagged():
            return row._replace(tags=event.tags)
        case _:
            return row  # `events` below names those that matter here; a new kind of event need not


def _revised(row: PostPage, event: e.PostRevised) -> PostPage:
    has_new_text = not {"body", "format"}.isdisjoint(event.changed)
    return row._replace(
        authors=event.new("authors", row.authors),
        title=event.new("title", row.title),
        excerpt=event.new("excerpt", row.excerpt),
        lead=PENDING if has_new_text else row.lead,
        language=event.new("language", row.language),
        tags=event.new("tags", row.tags),
        comments_allowed=event.new("comments_allowed", row.comments_allowed),
        category=event.new("category", row.category),
        cover=event.new("cover", row.cover),
        format=event.new("format", row.format),
        body=event.new("body", row.body),
        html=PENDING if has_new_text else row.html,
    )


def _finish(row: PostPage, memo: Memo) -> PostPage:
    if row.html is not PENDING:
        return row
    html = memo.get(RENDERERS[row.format], row.body) if row.body else ""
    return row._replace(html=html, lead=lead(html))


def _wishes(row: PostPage) -> Iterable[tuple[Renderer, str]]:
    if row.html is PENDING and row.body:
        yield RENDERERS[row.format], row.body


MODEL = ReadModel(
    "post_pages",
    version=3,
    folds=(
        RowFold(
            table=POST_PAGES,
            row=PostPage,
            events=(
                e.PostDrafted,
                e.PostRevised,
                e.SlugChanged,
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
            narrow=(
                e.SlugChanged,
                e.PostPublished,
                e.PostScheduled,
                e.PostUnscheduled,
                e.PostUnpublished,
                e.PostArchived,
                e.PostRestored,
                e.PostDeleted,
                e.PostRetagged,
            ),
            finish=_finish,
            wishes=_wishes,
            hands_on=("body",),
        ),
    ),
)
