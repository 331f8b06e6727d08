"""Categories: the tree, and how many published posts each has."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, SmallInteger, Table, Text, Uuid

from domain.taxonomy import events as t
from engine.log.records import Recorded
from engine.projection.contract import Contribution, IndexRows, Memo, ReadModel, RowFold
from read_models import published
from read_models.columns import BYTEWISE
from read_models.keys import by_post

_TABLES = MetaData()

CATEGORIES = Table(
    "categories",
    _TABLES,
    Column("category", Uuid, primary_key=True),
    Column("partition", SmallInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("slug", BYTEWISE, nullable=False),
    Column("parent", Uuid),
)

CATEGORY_SLUGS = Table(
    "category_slugs",
    _TABLES,
    Column("slug", BYTEWISE, primary_key=True),
    Column("category", Uuid, primary_key=True),
)

CATEGORY_CHILDREN = Table(
    "category_children",
    _TABLES,
    Column("parent", Uuid, primary_key=True),
    Column("category", Uuid, primary_key=True),
)

CATEGORIES_OF_POSTS = Table(
    "categories_of_posts",
    _TABLES,
    Column("post", Uuid, primary_key=True),
    Column("is_published", Boolean, nullable=False),
    Column("category", Uuid),
)

CATEGORY_COUNTS = Table(
    "category_counts",
    _TABLES,
    Column("category", Uuid, primary_key=True),
    Column("partition", SmallInteger, primary_key=True),
    Column("posts", Integer, nullable=False),
)


class CategoryRow(NamedTuple):
    category: UUID
    partition: int
    sequence: int
    version: int
    """Of the taxonomy, when the category changed last."""
    name: str
    slug: str
    parent: UUID | None


class CategoryOfPost(NamedTuple):
    post: UUID
    is_published: bool
    category: UUID | None
    """It may be deleted."""


def _by_category(recorded: Recorded) -> tuple[UUID]:
    return (recorded.event.category,)


def _fold(row: CategoryRow | None, recorded: Recorded, _memo: Memo) -> CategoryRow | None:
    event = recorded.event
    place = (recorded.partition, recorded.sequence, recorded.version)
    if isinstance(event, t.CategoryCreated):
        return CategoryRow(event.category, *place, event.name, event.slug, event.parent)
    if row is None or isinstance(event, t.CategoryDeleted):
        return None
    if isinstance(event, t.CategoryMoved):
        return CategoryRow(row.category, *place, row.name, row.slug, event.parent)
    return CategoryRow(row.category, *place, event.name, event.slug, row.parent)


def _slugs(row: CategoryRow) -> list[tuple[str, UUID]]:
    return [(row.slug, row.category)]


def _children(row: CategoryRow) -> list[tuple[UUID, UUID]]:
    return [] if row.parent is None else [(row.parent, row.category)]


def _counted(row: CategoryOfPost) -> Mapping[tuple[UUID], tuple[int]]:
    return {(row.category,): (1,)} if row.is_published and row.category else {}


_OF_THE_TREE = RowFold(
    table=CATEGORIES,
    row=CategoryRow,
    events=(t.CategoryCreated, t.CategoryRenamed, t.CategoryMoved, t.CategoryDeleted),
    key=_by_category,
    fold=_fold,
    index_rows=(IndexRows(CATEGORY_SLUGS, _slugs), IndexRows(CATEGORY_CHILDREN, _children)),
)

_OF_POSTS = RowFold(
    table=CATEGORIES_OF_POSTS,
    row=CategoryOfPost,
    events=published.EVENTS,
    key=by_post,
    fold=published.fold_of(CategoryOfPost, "category"),
    contributions=(Contribution(CATEGORY_COUNTS, _counted),),
    hands_on=("body",),
)

MODEL = ReadModel("categories", version=1, folds=(_OF_THE_TREE, _OF_POSTS))
