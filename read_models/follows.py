"""Follows: whom each account follows, and how many follow whom."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Column, Integer, MetaData, SmallInteger, Table, Uuid

from domain.follows import events as e
from engine.log.records import Recorded
from engine.projection.contract import Contribution, Memo, ReadModel, RowFold
from read_models.columns import MOMENT

_TABLES = MetaData()

FOLLOWS = Table(
    "follows",
    _TABLES,
    Column("follower", Uuid, primary_key=True),
    Column("followee", Uuid, primary_key=True),
    Column("followed_at", MOMENT, nullable=False),
)

FOLLOWER_COUNTS = Table(
    "follower_counts",
    _TABLES,
    Column("followee", Uuid, primary_key=True),
    Column("partition", SmallInteger, primary_key=True),
    Column("followers", Integer, nullable=False),
)

FOLLOWED_COUNTS = Table(
    "followed_counts",
    _TABLES,
    Column("follower", Uuid, primary_key=True),
    Column("partition", SmallInteger, primary_key=True),
    Column("followed", Integer, nullable=False),
)


class Follow(NamedTuple):
    follower: UUID
    followee: UUID
    followed_at: datetime


def by_follow(recorded: Recorded) -> tuple[UUID, UUID]:
    return (recorded.event.follower, recorded.event.followee)


def _fold(_row: Follow | None, recorded: Recorded, _memo: Memo) -> Follow | None:
    event: e.AnyFollowEvent = recorded.event
    is_begun = isinstance(event, e.AccountFollowed)
    return Follow(event.follower, event.followee, recorded.recorded_at) if is_begun else None


def _of_followee(row: Follow) -> Mapping[tuple[UUID], tuple[int]]:
    return {(row.followee,): (1,)}


def _of_follower(row: Follow) -> Mapping[tuple[UUID], tuple[int]]:
    return {(row.follower,): (1,)}


MODEL = ReadModel(
    "follows",
    version=1,
    folds=(
        RowFold(
            table=FOLLOWS,
            row=Follow,
            events=(e.AccountFollowed, e.AccountUnfollowed),
            key=by_follow,
            fold=_fold,
            contributions=(Contribution(FOLLOWER_COUNTS, _of_followee), Contribution(FOLLOWED_COUNTS, _of_follower)),
        ),
    ),
)
