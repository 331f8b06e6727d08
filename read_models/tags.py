"""Tags: how many published posts have each, and how it is mostly spelt."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Column, Integer, MetaData, SmallInteger, Table, Text, Uuid

from domain.posts import events as e
from engine.log.records import Recorded
from engine.projection.contract import Contribution, Memo, ReadModel, RowFold
from read_models.columns import BYTEWISE
from read_models.keys import by_post, tag_key

_TABLES = MetaData()

TAGS_OF_POSTS = Table(
    "tags_of_posts",
    _TABLES,
    Column("post", Uuid, primary_key=True),
    Column("is_published", Boolean, nullable=False),
    Column("tags", ARRAY(Text), nullable=False),
)

# Counted by spelling as well, so that readers can show the one that most posts use.
TAGS = Table(
    "tags",
    _TABLES,
    Column("tag", BYTEWISE, primary_key=True),
    Column("spelling", BYTEWISE, primary_key=True),
    Column("partition", SmallInteger, primary_key=True),
    Column("posts", Integer, nullable=False),
)


class TagsOfPost(NamedTuple):
    post: UUID
    is_published: bool
    tags: tuple[str, ...]
    """As given."""


def _fold(row: TagsOfPost | None, recorded: Recorded, _memo: Memo) -> TagsOfPost | None:
    event = recorded.event
    if isinstance(event, e.PostDrafted):
        return TagsOfPost(event.post, is_published=False, tags=event.tags)
    if row is None or isinstance(event, e.PostDeleted):
        return None
    if isinstance(event, e.PostRevised):
        return row._replace(tags=event.new("tags", row.tags))
    if isinstance(event, e.PostRetagged):
        return row._replace(tags=event.tags)
    return row._replace(is_published=isinstance(event, e.PostPublished))


def _counted(row: TagsOfPost) -> Mapping[tuple[str, str], tuple[int]]:
    return {(tag_key(tag), tag): (1,) for tag in row.tags} if row.is_published else {}


MODEL = ReadModel(
    "tags",
    version=1,
    folds=(
        RowFold(
            table=TAGS_OF_POSTS,
            row=TagsOfPost,
            events=(
                e.PostDrafted,
                e.PostRevised,
                e.PostRetagged,
                e.PostPublished,
                e.PostUnpublished,
                e.PostArchived,
                e.PostRestored,
                e.PostDeleted,
            ),
            key=by_post,
            fold=_fold,
            contributions=(Contribution(TAGS, _counted),),
            hands_on=("body",),
        ),
    ),
)
