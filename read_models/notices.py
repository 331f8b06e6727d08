"""Notices: what concerns each account: comments on its posts, answers to it, its comments moderated, who follows it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Column, MetaData, Table, Uuid

from domain.comments import events as c
from domain.follows import events as f
from engine.log.records import Recorded
from engine.projection.contract import IndexRows, Memo, ReadModel, RowFold
from read_models.columns import BYTEWISE, MOMENT
from read_models.comments import by_comment
from read_models.follows import by_follow

COMMENT, REPLY, MODERATION, FOLLOWER = "comment", "reply", "moderation", "follower"
KINDS = (COMMENT, REPLY, MODERATION, FOLLOWER)

_TABLES = MetaData()

NOTICED_COMMENTS = Table(
    "noticed_comments",
    _TABLES,
    Column("comment", Uuid, primary_key=True),
    Column("author", Uuid, nullable=False),
    Column("answered", Uuid),
    Column("post_authors", ARRAY(Uuid), nullable=False),
    Column("written_at", MOMENT, nullable=False),
    Column("is_shown", Boolean, nullable=False),
    Column("moderated_at", MOMENT),
)

NOTICED_FOLLOWS = Table(
    "noticed_follows",
    _TABLES,
    Column("follower", Uuid, primary_key=True),
    Column("followee", Uuid, primary_key=True),
    Column("followed_at", MOMENT, nullable=False),
    Column("is_following", Boolean, nullable=False),
)

# A page is read off both primary keys and merged.
NOTICES_OF_COMMENTS = Table(
    "notices_of_comments",
    _TABLES,
    Column("account", Uuid, primary_key=True),
    Column("noticed_at", MOMENT, primary_key=True),
    Column("comment", Uuid, primary_key=True),
    Column("kind", BYTEWISE, nullable=False),
)

NOTICES_OF_FOLLOWS = Table(
    "notices_of_follows",
    _TABLES,
    Column("account", Uuid, primary_key=True),
    Column("noticed_at", MOMENT, primary_key=True),
    Column("follower", Uuid, primary_key=True),
)


class NoticedComment(NamedTuple):
    comment: UUID
    author: UUID
    answered: UUID | None
    """Whose comment it answers."""
    post_authors: tuple[UUID, ...]
    written_at: datetime
    is_shown: bool
    moderated_at: datetime | None
    """When it was hidden, by flags or a moderator, or shown again."""


class NoticedFollow(NamedTuple):
    """It stays when the follow ends: to follow, leave and follow again is no news."""

    follower: UUID
    followee: UUID
    followed_at: datetime
    """For the first time."""
    is_following: bool


def _fold_comment(row: NoticedComment | None, recorded: Recorded, _memo: Memo) -> NoticedComment | None:
    event, at = recorded.event, recorded.recorded_at
    if isinstance(event, c.CommentWritten):
        return _begun(event, at)
    if row is None or isinstance(event, c.CommentDeleted):
        return None
    match event:
        case c.CommentApproved():
            return row if row.is_shown else row._replace(is_shown=True, moderated_at=at)
        case c.CommentFlagged(is_hidden=False):
            return row
        case _:
            return row._replace(is_shown=False, moderated_at=at)


def _begun(event: c.CommentWritten, at: datetime) -> NoticedComment:
    """What has a date was said elsewhere, and is brought in: nobody is told."""
    is_news = event.written_at is None
    return NoticedComment(
        comment=event.comment,
        author=event.author,
        answered=event.answered if is_news else None,
        post_authors=event.post_authors if is_news else (),
        written_at=at,
        is_shown=True,
        moderated_at=None,
    )


def _of_comment(row: NoticedComment) -> Iterable[tuple[UUID, datetime, UUID, str]]:
    """One for each whom it concerns, and none of what they said themselves."""
    if row.moderated_at is not None:
        yield row.author, row.moderated_at, row.comment, MODERATION
    if not row.is_shown:
        return
    if row.answered not in {None, row.author}:
        yield row.answered, row.written_at, row.comment, REPLY
    for author in row.post_authors:
        if author not in {row.author, row.answered}:
            yield author, row.written_at, row.comment, COMMENT


def _fold_follow(row: NoticedFollow | None, recorded: Recorded, _memo: Memo) -> NoticedFollow | None:
    event, at = recorded.event, recorded.recorded_at
    is_following = isinstance(event, f.AccountFollowed)
    if row is None:
        return NoticedFollow(event.follower, event.followee, at, is_following=True) if is_following else None
    return row._replace(is_following=is_following)


def _of_follow(row: NoticedFollow) -> list[tuple[UUID, datetime, UUID]]:
    return [(row.followee, row.followed_at, row.follower)] if row.is_following else []


MODEL = ReadModel(
    "notices",
    version=1,
    folds=(
        RowFold(
            table=NOTICED_COMMENTS,
            row=NoticedComment,
            events=(c.CommentWritten, c.CommentFlagged, c.CommentApproved, c.CommentRejected, c.CommentDeleted),
            key=by_comment,
            fold=_fold_comment,
            index_rows=(IndexRows(NOTICES_OF_COMMENTS, _of_comment),),
            hands_on=("body",),
        ),
        RowFold(
            table=NOTICED_FOLLOWS,
            row=NoticedFollow,
            events=(f.AccountFollowed, f.AccountUnfollowed),
            key=by_follow,
            fold=_fold_follow,
            index_rows=(IndexRows(NOTICES_OF_FOLLOWS, _of_follow),),
        ),
    ),
)
