"""Which posts use which media, for as long as they are public."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Column, MetaData, Table, Uuid

from engine.projection.contract import IndexRows, RowFold
from read_models import published
from read_models.keys import by_post

TABLES = MetaData()

MEDIA_OF_POSTS = Table(
    "media_of_posts",
    TABLES,
    Column("post", Uuid, primary_key=True),
    Column("is_published", Boolean, nullable=False),
    Column("cover", Uuid),
    Column("media", ARRAY(Uuid), nullable=False),
)

MEDIA_USES = Table(
    "media_uses",
    TABLES,
    Column("media", Uuid, primary_key=True),
    Column("post", Uuid, primary_key=True),
)


class MediaOfPost(NamedTuple):
    post: UUID
    is_published: bool
    cover: UUID | None
    media: tuple[UUID, ...]
    """Those that its text leads to."""


def _uses(row: MediaOfPost) -> Iterable[tuple[UUID, UUID]]:
    if not row.is_published:
        return []
    return [(medium, row.post) for medium in dict.fromkeys((*row.media, *(() if row.cover is None else (row.cover,))))]


FOLD: RowFold[Any] = RowFold(
    table=MEDIA_OF_POSTS,
    row=MediaOfPost,
    events=published.EVENTS,
    key=by_post,
    fold=published.fold_of(MediaOfPost, "cover", "media"),
    index_rows=(IndexRows(MEDIA_USES, _uses),),
    hands_on=("body",),
)
