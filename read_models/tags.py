"""Tags: how many published posts have each, how it is mostly spelt, and what renamed ones are called now."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Integer, MetaData, SmallInteger, Table, Text, Uuid

from domain.posts import events as e
from domain.taxonomy import events as t
from engine.log.records import Recorded
from engine.projection.contract import Contribution, Memo, ReadModel, RowFold
from read_models import published
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

# A chain of renamings is followed forward in time, so that one that was taken back does not lead in a circle.
RENAMED_TAGS = Table(
    "renamed_tags",
    _TABLES,
    Column("tag", BYTEWISE, primary_key=True),
    Column("now", BYTEWISE, nullable=False),
    Column("position", BigInteger, nullable=False),
)


class RenamedTag(NamedTuple):
    tag: str
    now: str
    """The key of what it was renamed to; it may have been renamed since."""
    position: int


class TagsOfPost(NamedTuple):
    post: UUID
    is_published: bool
    tags: tuple[str, ...]
    """As given."""


_of_published = published.fold_of(TagsOfPost, "tags")


def _fold(row: TagsOfPost | None, recorded: Recorded, memo: Memo) -> TagsOfPost | None:
    if isinstance(recorded.event, e.PostRetagged):
        return None if row is None else row._replace(tags=recorded.event.tags)
    found: TagsOfPost | None = _of_published(row, recorded, memo)
    return found


def _counted(row: TagsOfPost) -> Mapping[tuple[str, str], tuple[int]]:
    return {(tag_key(tag), tag): (1,) for tag in row.tags} if row.is_published else {}


def _by_tag(recorded: Recorded) -> tuple[str]:
    return (tag_key(recorded.event.tag),)


def _fold_renamed(_row: RenamedTag | None, recorded: Recorded, _memo: Memo) -> RenamedTag:
    event: t.TagRenamed | t.TagsMerged = recorded.event
    return RenamedTag(tag_key(event.tag), tag_key(event.name), recorded.position)


MODEL = ReadModel(
    "tags",
    version=2,
    folds=(
        RowFold(
            table=RENAMED_TAGS,
            row=RenamedTag,
            events=(t.TagRenamed, t.TagsMerged),
            key=_by_tag,
            fold=_fold_renamed,
        ),
        RowFold(
            table=TAGS_OF_POSTS,
            row=TagsOfPost,
            events=(*published.EVENTS, e.PostRetagged),
            key=by_post,
            fold=_fold,
            contributions=(Contribution(TAGS, _counted),),
            hands_on=("body",),
        ),
    ),
)
