"""Daily counts: how many posts, comments and accounts of those that there are came on each day, in UTC."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, Integer, MetaData, SmallInteger, Table, Uuid

from domain.accounts import events as a
from domain.comments import events as c
from domain.posts import events as e
from engine.log.records import Recorded
from engine.projection.contract import Contribution, Memo, ReadModel, RowFold
from read_models.keys import by_account, by_post

_TABLES = MetaData()


def _by_day(name: str, counted: str) -> Table:
    return Table(
        name,
        _TABLES,
        Column("day", Date, primary_key=True),
        Column("partition", SmallInteger, primary_key=True),
        Column(counted, Integer, nullable=False),
    )


def _days_of(name: str, key: str) -> Table:
    return Table(
        name,
        _TABLES,
        Column(key, Uuid, primary_key=True),
        Column("day", Date, nullable=False),
        Column("is_counted", Boolean, nullable=False),
    )


POSTS_BY_DAY = _by_day("posts_by_day", "posts")
COMMENTS_BY_DAY = _by_day("comments_by_day", "comments")
ACCOUNTS_BY_DAY = _by_day("accounts_by_day", "accounts")
DAYS_OF_POSTS = _days_of("days_of_posts", "post")
DAYS_OF_COMMENTS = _days_of("days_of_comments", "comment")
DAYS_OF_ACCOUNTS = _days_of("days_of_accounts", "account")


class DayOfPost(NamedTuple):
    post: UUID
    day: date
    """On which it was published; that of the draft before."""
    is_counted: bool


class DayOfComment(NamedTuple):
    comment: UUID
    day: date
    is_counted: bool


class DayOfAccount(NamedTuple):
    account: UUID
    day: date
    is_counted: bool


def _fold_post(row: DayOfPost | None, recorded: Recorded, _memo: Memo) -> DayOfPost | None:
    event = recorded.event
    if isinstance(event, e.PostDrafted):
        return DayOfPost(event.post, _day(recorded.recorded_at), is_counted=False)
    if row is None or isinstance(event, e.PostDeleted):
        return None
    if isinstance(event, e.PostPublished):
        return row._replace(day=_day(event.published_at), is_counted=True)
    return row._replace(is_counted=False)


def _fold_comment(row: DayOfComment | None, recorded: Recorded, _memo: Memo) -> DayOfComment | None:
    event = recorded.event
    match event:
        case c.CommentWritten():
            return DayOfComment(event.comment, _day(event.written_at or recorded.recorded_at), is_counted=True)
        case c.CommentFlagged() if row is not None:
            return row._replace(is_counted=row.is_counted and not event.is_hidden)
        case c.CommentApproved() | c.CommentRejected() if row is not None:
            return row._replace(is_counted=isinstance(event, c.CommentApproved))
        case _:
            return None  # deleted


def _fold_account(_row: DayOfAccount | None, recorded: Recorded, _memo: Memo) -> DayOfAccount | None:
    if isinstance(recorded.event, a.AccountRegistered):
        return DayOfAccount(recorded.event.account, _day(recorded.recorded_at), is_counted=True)
    return None  # closed


def _by_comment(recorded: Recorded) -> tuple[UUID]:
    return (recorded.event.comment,)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _counted(row: Any) -> Mapping[tuple[date], tuple[int]]:
    return {(row.day,): (1,)} if row.is_counted else {}


_OF_POSTS = RowFold(
    table=DAYS_OF_POSTS,
    row=DayOfPost,
    events=(e.PostDrafted, e.PostPublished, e.PostUnpublished, e.PostArchived, e.PostRestored, e.PostDeleted),
    key=by_post,
    fold=_fold_post,
    contributions=(Contribution(POSTS_BY_DAY, _counted),),
    hands_on=("body",),
)
_OF_COMMENTS = RowFold(
    table=DAYS_OF_COMMENTS,
    row=DayOfComment,
    events=(c.CommentWritten, c.CommentFlagged, c.CommentApproved, c.CommentRejected, c.CommentDeleted),
    key=_by_comment,
    fold=_fold_comment,
    contributions=(Contribution(COMMENTS_BY_DAY, _counted),),
)
_OF_ACCOUNTS = RowFold(
    table=DAYS_OF_ACCOUNTS,
    row=DayOfAccount,
    events=(a.AccountRegistered, a.AccountClosed),
    key=by_account,
    fold=_fold_account,
    contributions=(Contribution(ACCOUNTS_BY_DAY, _counted),),
)

MODEL = ReadModel("daily_counts", version=1, folds=(_OF_POSTS, _OF_COMMENTS, _OF_ACCOUNTS))
