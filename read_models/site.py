"""The site: what it says of itself. One row, or none before somebody has configured it."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Integer, MetaData, SmallInteger, Table, Text

from domain.site import events as e
from engine.log.records import Recorded
from engine.projection.contract import Memo, ReadModel, RowFold
from read_models.columns import BYTEWISE

SITE = Table(
    "site",
    MetaData(),
    Column("site", BYTEWISE, primary_key=True),
    Column("partition", SmallInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("base_url", BYTEWISE, nullable=False),
    Column("language", BYTEWISE, nullable=False),
    Column("time_zone", BYTEWISE, nullable=False),
)


class SiteRow(NamedTuple):
    site: str
    """Always `site`: the partition key of all that happens to it."""
    partition: int
    sequence: int
    version: int
    title: str
    description: str
    base_url: str
    """Without a slash at its end."""
    language: str
    time_zone: str


def _key(recorded: Recorded) -> tuple[str]:
    return (recorded.key,)


def _fold(_row: SiteRow | None, recorded: Recorded, _memo: Memo) -> SiteRow:
    event: e.SiteConfigured = recorded.event
    return SiteRow(
        recorded.key,
        recorded.partition,
        recorded.sequence,
        recorded.version,
        event.title,
        event.description,
        event.base_url,
        event.language,
        event.time_zone,
    )


MODEL = ReadModel(
    "site", version=1, folds=(RowFold(table=SITE, row=SiteRow, events=(e.SiteConfigured,), key=_key, fold=_fold),)
)
