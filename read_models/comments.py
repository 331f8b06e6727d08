"""Comments: what was said below each post, in the order of its threads, and what moderators should look at."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Column, Integer, MetaData, SmallInteger, Table, Text, Uuid

from domain.comments import events as e
from engine.log.records import Recorded
from engine.projection.contract import PENDING, Contribution, IndexRows, Memo, ReadModel, Renderer, RowFold
from read_models.columns import BYTEWISE, MOMENT
from read_models.rendering import COMMENT

SHOWN, HIDDEN, REJECTED = "shown", "hidden", "rejected"

_TABLES = MetaData()

COMMENTS = Table(
    "comments",
    _TABLES,
    Column("comment", Uuid, primary_key=True),
    Column("post", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("place", BYTEWISE, nullable=False),
    Column("depth", SmallInteger, nullable=False),
    Column("parent", Uuid),
    Column("author", Uuid, nullable=False),
    Column("status", BYTEWISE, nullable=False),
    Column("flags", Integer, nullable=False),
    Column("flagged_at", MOMENT),
    Column("written_at", MOMENT, nullable=False),
    Column("edited_at", MOMENT),
    Column("body", Text),
    Column("html", Text, nullable=False),
)

# A page of a thread is read off its primary key: what everybody sees, and beside it what is hidden, of everybody
# for moderators, of one author for them.
THREADS = Table(
    "threads",
    _TABLES,
    Column("post", Uuid, primary_key=True),
    Column("facet", BYTEWISE, primary_key=True),
    Column("place", BYTEWISE, primary_key=True),
    Column("comment", Uuid, nullable=False),
)

FLAGGED_COMMENTS = Table(
    "flagged_comments",
    _TABLES,
    Column("flagged_at", MOMENT, primary_key=True),
    Column("comment", Uuid, primary_key=True),
)

COMMENT_COUNTS = Table(
    "comment_counts",
    _TABLES,
    Column("post", Uuid, primary_key=True),
    Column("partition", SmallInteger, primary_key=True),
    Column("comments", Integer, nullable=False),
)


class CommentRow(NamedTuple):
    """A comment that is not deleted: what is left of one that is, the places of its answers tell."""

    comment: UUID
    post: UUID
    version: int
    place: str
    depth: int
    parent: UUID | None
    author: UUID
    status: str
    flags: int
    """Since a moderator looked last."""
    flagged_at: datetime | None
    """By the first of them."""
    written_at: datetime
    edited_at: datetime | None
    body: str | None
    html: str


def hidden_of(author: UUID) -> str:
    """The facet of what an author sees alone, beside moderators."""
    return f"{HIDDEN}/{author.hex}"


def by_comment(recorded: Recorded) -> tuple[UUID]:
    return (recorded.event.comment,)


def _fold(row: CommentRow | None, recorded: Recorded, _memo: Memo) -> CommentRow | None:
    event: e.AnyCommentEvent = recorded.event
    if isinstance(event, e.CommentWritten):
        return _begun(event, recorded)
    if row is None or isinstance(event, e.CommentDeleted):
        return None
    return _changed(row, event, recorded.recorded_at)._replace(version=recorded.version)


def _begun(event: e.CommentWritten, recorded: Recorded) -> CommentRow:
    return CommentRow(
        comment=event.comment,
        post=event.post,
        version=recorded.version,
        place=event.place,
        depth=event.depth,
        parent=event.parent,
        author=event.author,
        status=SHOWN,
        flags=0,
        flagged_at=None,
        written_at=event.written_at or recorded.recorded_at,
        edited_at=None,
        body=event.body,
        html=PENDING,
    )


def _changed(row: CommentRow, event: e.AnyCommentEvent, at: datetime) -> CommentRow:
    match event:
        case e.CommentEdited():
            return row._replace(body=event.body, html=PENDING, edited_at=at)
        case e.CommentFlagged():
            status = HIDDEN if event.is_hidden else row.status
            return row._replace(status=status, flags=row.flags + 1, flagged_at=row.flagged_at or at)
        case e.CommentApproved():
            return row._replace(status=SHOWN, flags=0, flagged_at=None)
        case e.CommentRejected():
            return row._replace(status=REJECTED, flags=0, flagged_at=None)
        case _:
            return row  # `events` below names those that matter here; a new kind of event need not


def _finish(row: CommentRow, memo: Memo) -> CommentRow:
    if row.html is not PENDING:
        return row
    return row._replace(html=memo.get(COMMENT, row.body) if row.body else "")


def _wishes(row: CommentRow) -> Iterable[tuple[Renderer, str]]:
    if row.html is PENDING and row.body:
        yield COMMENT, row.body


def _in_thread(row: CommentRow) -> list[tuple[UUID, str, str, UUID]]:
    facets = (SHOWN,) if row.status == SHOWN else (HIDDEN, hidden_of(row.author))
    return [(row.post, facet, row.place, row.comment) for facet in facets]


def _flagged(row: CommentRow) -> list[tuple[datetime, UUID]]:
    return [] if row.flagged_at is None else [(row.flagged_at, row.comment)]


def _counted(row: CommentRow) -> Mapping[tuple[UUID], tuple[int]]:
    return {(row.post,): (1,)} if row.status == SHOWN else {}


MODEL = ReadModel(
    "comments",
    version=1,
    folds=(
        RowFold(
            table=COMMENTS,
            row=CommentRow,
            events=(
                e.CommentWritten,
                e.CommentEdited,
                e.CommentDeleted,
                e.CommentFlagged,
                e.CommentApproved,
                e.CommentRejected,
            ),
            key=by_comment,
            fold=_fold,
            contributions=(Contribution(COMMENT_COUNTS, _counted),),
            index_rows=(IndexRows(THREADS, _in_thread), IndexRows(FLAGGED_COMMENTS, _flagged)),
            narrow=(e.CommentDeleted, e.CommentFlagged, e.CommentApproved, e.CommentRejected),
            finish=_finish,
            wishes=_wishes,
            hands_on=("body",),
        ),
    ),
)
