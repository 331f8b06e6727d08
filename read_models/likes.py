"""Likes: who likes which post, since when."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Column, MetaData, Table, Uuid

from domain.likes import events as e
from engine.log.records import Recorded
from engine.projection.contract import IndexRows, Memo, ReadModel, RowFold
from read_models.columns import MOMENT

_TABLES = MetaData()

LIKES = Table(
    "likes",
    _TABLES,
    Column("post", Uuid, primary_key=True),
    Column("account", Uuid, primary_key=True),
    Column("liked_at", MOMENT, nullable=False),
)

LIKES_BY_ACCOUNT = Table(
    "likes_by_account",
    _TABLES,
    Column("account", Uuid, primary_key=True),
    Column("liked_at", MOMENT, primary_key=True),
    Column("post", Uuid, primary_key=True),
)


class Like(NamedTuple):
    post: UUID
    account: UUID
    liked_at: datetime


def by_like(recorded: Recorded) -> tuple[UUID, UUID]:
    return (recorded.event.post, recorded.event.account)


def _fold(_row: Like | None, recorded: Recorded, _memo: Memo) -> Like | None:
    event: e.AnyLikeEvent = recorded.event
    return Like(event.post, event.account, recorded.recorded_at) if isinstance(event, e.PostLiked) else None


def _by_account(row: Like) -> list[tuple[UUID, datetime, UUID]]:
    return [(row.account, row.liked_at, row.post)]


MODEL = ReadModel(
    "likes",
    version=1,
    folds=(
        RowFold(
            table=LIKES,
            row=Like,
            events=(e.PostLiked, e.PostUnliked),
            key=by_like,
            fold=_fold,
            index_rows=(IndexRows(LIKES_BY_ACCOUNT, _by_account),),
        ),
    ),
)
