"""Search: the words of published posts, by which they are found."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Column, Index, MetaData, Table, Text, Uuid, text

from domain.posts import events as e
from engine.log.records import Recorded
from engine.projection.contract import PENDING, Memo, ReadModel, Renderer, RowFold
from read_models.columns import BYTEWISE, MOMENT
from read_models.keys import by_post, tag_key, title_key
from read_models.search_texts import NOTHING, filter_words, parted, search_renderer
from read_models.words import counted, stemmer_of

# Words lie as one text, so that a row whose text stays the same is written without them; indexes see them apart.
# Only what is published is in the indexes. What waits to be sorted into them is short: every search reads it.
_OF_PUBLISHED: Mapping[str, Any] = {
    "postgresql_using": "gin",
    "postgresql_where": text("is_published"),
    "postgresql_with": {"gin_pending_list_limit": 512},
}
EVERY_WORD = "string_to_array(words || ' ' || title_words, ' ')"
WORDS_OF_TITLE = "string_to_array(title_words, ' ')"

SEARCH = Table(
    "search",
    MetaData(),
    Column("post", Uuid, primary_key=True),
    Column("is_published", Boolean, nullable=False),
    Column("published_at", MOMENT),
    Column("language", BYTEWISE, nullable=False),
    Column("tags", ARRAY(Text), nullable=False),
    Column("title", BYTEWISE, nullable=False),
    Column("title_key", BYTEWISE, nullable=False),
    Column("title_words", BYTEWISE, nullable=False),
    Column("main_words", ARRAY(Text), nullable=False),
    Column("format", BYTEWISE, nullable=False),
    Column("body", Text),
    Column("beginning", Text, nullable=False),
    Column("words", Text, nullable=False),
    Index("search_words", text(f"({EVERY_WORD})"), **_OF_PUBLISHED),
    Index("search_title_words", text(f"({WORDS_OF_TITLE})"), **_OF_PUBLISHED),
    Index("search_titles", "title_key", postgresql_ops={"title_key": "gin_trgm_ops"}, **_OF_PUBLISHED),
)


class Searched(NamedTuple):
    post: UUID
    is_published: bool
    published_at: datetime | None
    language: str
    tags: tuple[str, ...]
    """Their keys."""
    title: str
    title_key: str
    title_words: str
    """With those that filters look for."""
    main_words: tuple[str, ...]
    """The most frequent in the body."""
    format: str
    body: str | None
    beginning: str
    """The body's beginning without markup."""
    words: str


def _fold(row: Searched | None, recorded: Recorded, _memo: Memo) -> Searched | None:
    event: e.AnyPostEvent = recorded.event
    if isinstance(event, e.PostDrafted):
        return _begun(event)
    if row is None or isinstance(event, e.PostDeleted):
        return None
    return _changed(row, event)


def _begun(event: e.PostDrafted) -> Searched:
    return Searched(
        post=event.post,
        is_published=False,
        published_at=None,
        language=event.language,
        tags=_keys(event.tags),
        title=event.title or "",
        title_key=title_key(event.title),
        title_words=PENDING,
        main_words=PENDING,
        format=event.format,
        body=event.body,
        beginning=PENDING,
        words=PENDING,
    )


def _changed(row: Searched, event: e.AnyPostEvent) -> Searched:
    match event:
        case e.PostRevised():
            return _revised(row, event)
        case e.PostRetagged():
            return row._replace(tags=_keys(event.tags), title_words=PENDING)
        case e.PostPublished():
            return row._replace(is_published=True, published_at=event.published_at)
        case e.PostUnpublished() | e.PostArchived() | e.PostRestored():
            return row._replace(is_published=False, published_at=None)
        case _:
            return row  # `events` below names those that matter here; a new kind of event need not


def _revised(row: Searched, event: e.PostRevised) -> Searched:
    title = event.new("title", row.title) or ""
    new = row._replace(
        language=event.new("language", row.language),
        tags=_keys(event.tags or ()) if "tags" in event.changed else row.tags,
        title=title,
        title_key=title_key(title),
        title_words=PENDING,
        format=event.new("format", row.format),
        body=event.new("body", row.body),
    )
    if {"body", "format", "language"}.isdisjoint(event.changed):
        return new
    return new._replace(main_words=PENDING, beginning=PENDING, words=PENDING)


def _keys(tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(tag_key, tags)))


def _finish(row: Searched, memo: Memo) -> Searched:
    if row.title_words is PENDING:
        words = [*filter_words(row.language, row.tags), *sorted(counted(row.title, stemmer_of(row.language)))]
        row = row._replace(title_words=" ".join(words))
    if row.words is not PENDING:
        return row
    made = parted(memo.get(_renderer(row), row.body)) if row.body else NOTHING
    return row._replace(beginning=made.beginning, main_words=tuple(made.main_words.split()), words=made.words)


def _wishes(row: Searched) -> Iterable[tuple[Renderer, str]]:
    if row.words is PENDING and row.body:
        yield _renderer(row), row.body


def _renderer(row: Searched) -> Renderer:
    return search_renderer(row.format, stemmer_of(row.language))


_NARROW = (e.PostPublished, e.PostUnpublished, e.PostArchived, e.PostRestored, e.PostDeleted, e.PostRetagged)

MODEL = ReadModel(
    "search",
    version=1,
    folds=(
        RowFold(
            table=SEARCH,
            row=Searched,
            events=(e.PostDrafted, e.PostRevised, *_NARROW),
            key=by_post,
            fold=_fold,
            narrow=_NARROW,
            finish=_finish,
            wishes=_wishes,
            hands_on=("body",),
        ),
    ),
)
