"""Popularity: how many likes and comments each post has, and which posts have most of them."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid

from domain.comments import events as c
from domain.likes import events as k
from engine.log.records import Recorded
from engine.projection.contract import IndexRows, Memo, ReadModel, RowFold
from read_models import post_lists
from read_models.columns import BYTEWISE, MOMENT
from read_models.keys import by_post

PUBLISHED = "published"
_OF_POSTS = post_lists.MODEL.folds[0]
_COUNTED = (
    k.PostLiked,
    k.PostUnliked,
    c.CommentWritten,
    c.CommentFlagged,
    c.CommentApproved,
    c.CommentRejected,
    c.CommentDeleted,
)
_TABLES = MetaData()

POPULARITY = Table(
    "popularity",
    _TABLES,
    *(Column(each.name, each.type, primary_key=each.primary_key) for each in post_lists.POST_LISTS.columns),
    Column("likes", Integer, nullable=False),
    Column("comments", Integer, nullable=False),
    Column("unseen", Text, nullable=False),
)

# Read like the lists by time and by title; of published posts alone, as a like changes every row of its post.
POSTS_BY_LIKES = Table(
    "posts_by_likes",
    _TABLES,
    Column("facet", BYTEWISE, primary_key=True),
    Column("likes", Integer, primary_key=True),
    Column("post", Uuid, primary_key=True),
    Column("listed_at", MOMENT, nullable=False),
)

POSTS_BY_COMMENTS = Table(
    "posts_by_comments",
    _TABLES,
    Column("facet", BYTEWISE, primary_key=True),
    Column("comments", Integer, primary_key=True),
    Column("post", Uuid, primary_key=True),
    Column("listed_at", MOMENT, nullable=False),
)


class Popular(NamedTuple):
    """A post as lists have it, and what is counted."""

    post: UUID
    status: str
    authors: tuple[UUID, ...]
    tags: tuple[str, ...]
    language: str
    category: UUID | None
    title_key: str
    created_at: datetime
    published_at: datetime | None
    likes: int
    comments: int
    """Those that everybody sees."""
    unseen: str
    """The ids of hidden and rejected ones, 32 digits each: an event alone does not say whether it was seen before."""

    @property
    def listed(self) -> post_lists.PostInLists:
        return post_lists.PostInLists._make(self[: len(post_lists.PostInLists._fields)])


def _fold(row: Popular | None, recorded: Recorded, memo: Memo) -> Popular | None:
    event = recorded.event
    if type(event) in _COUNTED:
        return None if row is None else _counted(row, event)
    listed = _OF_POSTS.fold(None if row is None else row.listed, recorded, memo)
    counts = (0, 0, "") if row is None else (row.likes, row.comments, row.unseen)
    return None if listed is None else Popular._make((*listed, *counts))


def _counted(row: Popular, event: k.LikeEvent | c.CommentEvent) -> Popular:
    match event:
        case k.PostLiked():
            return row._replace(likes=row.likes + 1)
        case k.PostUnliked():
            return row._replace(likes=row.likes - 1)
        case c.CommentWritten():
            return row._replace(comments=row.comments + 1)
        case _:
            return _moderated(row, event)


def _moderated(row: Popular, event: k.LikeEvent | c.CommentEvent) -> Popular:
    """A comment is seen no more, or again."""
    match event:
        case c.CommentApproved():
            return _shown(row, event.comment.hex)
        case c.CommentRejected() | c.CommentFlagged(is_hidden=True):
            return _hidden(row, event.comment.hex)
        case c.CommentDeleted():
            hidden = _hidden(row, event.comment.hex)
            return hidden._replace(unseen=_without(hidden.unseen, event.comment.hex))
        case _:
            return row


def _shown(row: Popular, comment: str) -> Popular:
    left = _without(row.unseen, comment)
    return row if left == row.unseen else row._replace(comments=row.comments + 1, unseen=left)


def _hidden(row: Popular, comment: str) -> Popular:
    if _without(row.unseen, comment) != row.unseen:
        return row
    return row._replace(comments=row.comments - 1, unseen=row.unseen + comment)


def _without(unseen: str, comment: str) -> str:
    ids = [unseen[start : start + 32] for start in range(0, len(unseen), 32)]
    return "".join(each for each in ids if each != comment)


def _by_likes(row: Popular) -> list[tuple[str, int, UUID, datetime]]:
    return _in_lists(row, row.likes)


def _by_comments(row: Popular) -> list[tuple[str, int, UUID, datetime]]:
    return _in_lists(row, row.comments)


def _in_lists(row: Popular, count: int) -> list[tuple[str, int, UUID, datetime]]:
    listed = row.listed
    if row.status != PUBLISHED:
        return []
    return [(facet, count, row.post, listed.listed_at) for facet in listed.facets if facet.startswith(PUBLISHED)]


MODEL = ReadModel(
    "popularity",
    version=post_lists.MODEL.version * 100 + 1,  # it folds posts as lists do
    folds=(
        RowFold(
            table=POPULARITY,
            row=Popular,
            events=(
                *_OF_POSTS.events,
                *_COUNTED,
            ),
            key=by_post,
            fold=_fold,
            index_rows=(IndexRows(POSTS_BY_LIKES, _by_likes), IndexRows(POSTS_BY_COMMENTS, _by_comments)),
            narrow=(*_OF_POSTS.events[1:], k.PostLiked, k.PostUnliked, c.CommentWritten),
            hands_on=("body",),
        ),
    ),
)
