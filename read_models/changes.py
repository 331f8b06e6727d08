"""Changes: what became public, changed or was withdrawn, and at which place of the log, for those who listen.

Of each thing the last word alone is kept, so nothing has to be forgotten, and whoever was away for a year gets what
matters now.
"""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, MetaData, SmallInteger, Table, Uuid

from domain.comments import events as c
from domain.posts import events as e
from engine.log.records import Recorded
from engine.projection.contract import IndexRows, Memo, ReadModel, RowFold
from read_models.columns import BYTEWISE
from read_models.comments import by_comment
from read_models.keys import by_post

_TABLES = MetaData()


def _things(name: str, *key: str) -> Table:
    return Table(
        name,
        _TABLES,
        Column(key[0], Uuid, primary_key=True),
        *(Column(each, Uuid, nullable=False) for each in key[1:]),
        Column("is_public", Boolean, nullable=False),
        Column("partition", SmallInteger, nullable=False),
        Column("appeared", BigInteger, nullable=False),
        Column("changed", BigInteger, nullable=False),
    )


def _feed(name: str, *of: str) -> Table:
    return Table(
        name,
        _TABLES,
        Column("partition", SmallInteger, primary_key=True),
        Column("sequence", BigInteger, primary_key=True),
        Column("kind", BYTEWISE, nullable=False),
        *(Column(each, Uuid, nullable=False) for each in of),
    )


CHANGED_POSTS = _things("changed_posts", "post")
CHANGED_COMMENTS = _things("changed_comments", "comment", "post")
CHANGES_OF_POSTS = _feed("changes_of_posts", "post")
CHANGES_OF_COMMENTS = _feed("changes_of_comments", "post", "comment")


class ChangedPost(NamedTuple):
    """A post that was public at some time; its row stays when it is deleted."""

    post: UUID
    is_public: bool
    partition: int
    appeared: int
    """The sequence at which it became public last."""
    changed: int
    """The sequence of what happened to it last, while it was public or when it ceased to be."""


class ChangedComment(NamedTuple):
    """The same of a comment, as far as it alone decides: one of a post that is not public is told to nobody."""

    comment: UUID
    post: UUID
    is_public: bool
    partition: int
    appeared: int
    changed: int


def _fold_post(row: ChangedPost | None, recorded: Recorded, _memo: Memo) -> ChangedPost | None:
    event, at = recorded.event, recorded.sequence
    if row is None or not row.is_public:
        if not isinstance(event, e.PostPublished):
            return row
        return ChangedPost(event.post, is_public=True, partition=recorded.partition, appeared=at, changed=at)
    return row._replace(is_public=not isinstance(event, _WITHDRAWING), changed=at)


def _fold_comment(row: ChangedComment | None, recorded: Recorded, _memo: Memo) -> ChangedComment | None:
    event, at = recorded.event, recorded.sequence
    if row is None or not row.is_public:
        if not isinstance(event, c.CommentWritten | c.CommentApproved):
            return row
        place = recorded.partition
        return ChangedComment(event.comment, event.post, is_public=True, partition=place, appeared=at, changed=at)
    if isinstance(event, c.CommentApproved) or (isinstance(event, c.CommentFlagged) and not event.is_hidden):
        return row  # nobody sees a difference
    return row._replace(is_public=isinstance(event, c.CommentEdited), changed=at)


def _of_post(row: ChangedPost) -> list[tuple[int, int, str, UUID]]:
    return [(row.partition, sequence, f"post.{kind}", row.post) for sequence, kind in _said(row)]


def _of_comment(row: ChangedComment) -> list[tuple[int, int, str, UUID, UUID]]:
    return [(row.partition, sequence, f"comment.{kind}", row.post, row.comment) for sequence, kind in _said(row)]


def _said(row: ChangedPost | ChangedComment) -> Iterable[tuple[int, str]]:
    if not row.is_public:
        yield row.changed, "withdrawn"
        return
    yield row.appeared, "published"
    if row.changed != row.appeared:
        yield row.changed, "changed"


_WITHDRAWING = (e.PostUnpublished, e.PostArchived, e.PostDeleted)

KINDS = tuple(f"{thing}.{what}" for thing in ("post", "comment") for what in ("published", "changed", "withdrawn"))
"""Everything that is said."""

MODEL = ReadModel(
    "changes",
    version=1,
    folds=(
        RowFold(
            table=CHANGED_POSTS,
            row=ChangedPost,
            events=(e.PostPublished, e.PostRevised, e.SlugChanged, e.PostRetagged, *_WITHDRAWING),
            key=by_post,
            fold=_fold_post,
            index_rows=(IndexRows(CHANGES_OF_POSTS, _of_post),),
            hands_on=("body",),
        ),
        RowFold(
            table=CHANGED_COMMENTS,
            row=ChangedComment,
            events=(
                c.CommentWritten,
                c.CommentEdited,
                c.CommentDeleted,
                c.CommentFlagged,
                c.CommentApproved,
                c.CommentRejected,
            ),
            key=by_comment,
            fold=_fold_comment,
            index_rows=(IndexRows(CHANGES_OF_COMMENTS, _of_comment),),
            hands_on=("body",),
        ),
    ),
)
