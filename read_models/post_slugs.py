"""Post slugs: which post a slug leads to, the slugs that it had before included."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, MetaData, Table, Text, Uuid

from domain.posts import events as e
from engine.log.records import Recorded
from engine.projection.contract import IndexRows, Memo, ReadModel, RowFold
from read_models.columns import BYTEWISE
from read_models.keys import by_post

_TABLES = MetaData()

SLUGS_OF_POSTS = Table(
    "slugs_of_posts",
    _TABLES,
    Column("post", Uuid, primary_key=True),
    Column("slugs", ARRAY(Text), nullable=False),
    Column("positions", ARRAY(BigInteger), nullable=False),
)

# Partitions are folded apart, so a slug's next owner may be here before its last one is gone: the one who
# claimed it later, by position in the log, has it.
POST_SLUGS = Table(
    "post_slugs",
    _TABLES,
    Column("slug", BYTEWISE, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("post", Uuid, nullable=False),
)


class SlugsOfPost(NamedTuple):
    post: UUID
    slugs: tuple[str, ...]
    """Every slug that the post has had, until it is deleted."""
    positions: tuple[int, ...]
    """Where in the log each was claimed last."""


def _fold(row: SlugsOfPost | None, recorded: Recorded, _memo: Memo) -> SlugsOfPost | None:
    event = recorded.event
    if isinstance(event, e.PostDeleted):
        return None
    if isinstance(event, e.PostDrafted):
        return SlugsOfPost(event.post, (event.slug,), (recorded.position,))
    return None if row is None else _with(row, event.slug, recorded.position)


def _with(row: SlugsOfPost, slug: str, position: int) -> SlugsOfPost:
    claimed = dict(zip(row.slugs, row.positions, strict=True)) | {slug: position}
    return SlugsOfPost(row.post, tuple(claimed), tuple(claimed.values()))


def _leads(row: SlugsOfPost) -> list[tuple[str, int, UUID]]:
    return [(slug, position, row.post) for slug, position in zip(row.slugs, row.positions, strict=True)]


MODEL = ReadModel(
    "post_slugs",
    version=1,
    folds=(
        RowFold(
            table=SLUGS_OF_POSTS,
            row=SlugsOfPost,
            events=(e.PostDrafted, e.SlugChanged, e.PostDeleted),
            key=by_post,
            fold=_fold,
            index_rows=(IndexRows(POST_SLUGS, _leads),),
            hands_on=("body",),
        ),
    ),
)
