"""Authors: who wrote a post as the public may know them, and how many posts of theirs are published."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Integer, MetaData, SmallInteger, Table, Text, Uuid

from domain.accounts import events as a
from engine.log.records import Recorded
from engine.projection.contract import Contribution, IndexRows, Memo, ReadModel, RowFold
from read_models import published
from read_models.columns import BYTEWISE, MOMENT
from read_models.keys import by_account, by_post

_TABLES = MetaData()

AUTHORS = Table(
    "authors",
    _TABLES,
    Column("account", Uuid, primary_key=True),
    Column("partition", SmallInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("handles", ARRAY(Text), nullable=False),
    Column("name", Text),
    Column("biography", Text),
    Column("picture", Text),
    Column("since", MOMENT, nullable=False),
    Column("is_closed", Boolean, nullable=False),
    Column("is_erased", Boolean, nullable=False),
)

AUTHOR_HANDLES = Table(
    "author_handles",
    _TABLES,
    Column("handle", BYTEWISE, primary_key=True),
    Column("account", Uuid, primary_key=True),
)

AUTHORS_OF_POSTS = Table(
    "authors_of_posts",
    _TABLES,
    Column("post", Uuid, primary_key=True),
    Column("is_published", Boolean, nullable=False),
    Column("authors", ARRAY(Uuid), nullable=False),
)

AUTHOR_COUNTS = Table(
    "author_counts",
    _TABLES,
    Column("account", Uuid, primary_key=True),
    Column("partition", SmallInteger, primary_key=True),
    Column("posts", Integer, nullable=False),
)


class Author(NamedTuple):
    account: UUID
    partition: int
    sequence: int
    version: int
    handles: tuple[str, ...]
    """The present one last; earlier ones lead here too. None for who has closed their account."""
    name: str | None
    biography: str | None
    picture: str | None
    since: datetime
    is_closed: bool
    is_erased: bool
    """Their posts' text is erased as well."""


class AuthorsOfPost(NamedTuple):
    post: UUID
    is_published: bool
    authors: tuple[UUID, ...]


def _fold(row: Author | None, recorded: Recorded, _memo: Memo) -> Author | None:
    event = recorded.event
    if isinstance(event, (a.AccountRegistered, a.AuthorCredited)):
        return _begun(event, recorded)
    if row is None:
        return None
    return _changed(row, event)._replace(
        partition=recorded.partition, sequence=recorded.sequence, version=recorded.version
    )


def _begun(event: a.AccountRegistered | a.AuthorCredited, recorded: Recorded) -> Author:
    return Author(
        account=event.account,
        partition=recorded.partition,
        sequence=recorded.sequence,
        version=recorded.version,
        handles=(event.handle,),
        name=event.name,
        biography=None,
        picture=None,
        since=recorded.recorded_at,
        is_closed=False,
        is_erased=False,
    )


def _changed(row: Author, event: a.HandleChanged | a.ProfileUpdated | a.AccountClosed) -> Author:
    if isinstance(event, a.HandleChanged):
        return row._replace(handles=(*(handle for handle in row.handles if handle != event.handle), event.handle))
    if isinstance(event, a.ProfileUpdated):
        return _updated(row, event)
    erased = row.is_erased or event.erase_content
    return row._replace(handles=(), name=None, biography=None, picture=None, is_closed=True, is_erased=erased)


def _updated(row: Author, event: a.ProfileUpdated) -> Author:
    return row._replace(
        name=event.new("name", row.name),
        biography=event.new("biography", row.biography),
        picture=event.new("picture", row.picture),
    )


def _leads(row: Author) -> list[tuple[str, UUID]]:
    return [(handle, row.account) for handle in row.handles]


def _counted(row: AuthorsOfPost) -> Mapping[tuple[UUID], tuple[int]]:
    return {(author,): (1,) for author in row.authors} if row.is_published else {}


_OF_ACCOUNTS = RowFold(
    table=AUTHORS,
    row=Author,
    events=(a.AccountRegistered, a.AuthorCredited, a.HandleChanged, a.ProfileUpdated, a.AccountClosed),
    key=by_account,
    fold=_fold,
    index_rows=(IndexRows(AUTHOR_HANDLES, _leads),),
)

_OF_POSTS = RowFold(
    table=AUTHORS_OF_POSTS,
    row=AuthorsOfPost,
    events=published.EVENTS,
    key=by_post,
    fold=published.fold_of(AuthorsOfPost, "authors"),
    contributions=(Contribution(AUTHOR_COUNTS, _counted),),
    hands_on=("body",),
)

MODEL = ReadModel("authors", version=2, folds=(_OF_ACCOUNTS, _OF_POSTS))
