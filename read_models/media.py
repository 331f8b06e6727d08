"""Media: what each is, whose it is, and which public posts use it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Column, Integer, Table, Text, Uuid

from domain.media import events as e
from engine.log.records import Recorded
from engine.projection.contract import IndexRows, Memo, ReadModel, RowFold
from read_models import media_uses
from read_models.columns import BYTEWISE, MOMENT

_TABLES = media_uses.TABLES

MEDIA = Table(
    "media",
    _TABLES,
    Column("media", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("owner", Uuid, nullable=False),
    Column("status", BYTEWISE, nullable=False),
    Column("sha256", BYTEWISE, nullable=False),
    Column("media_type", BYTEWISE, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("uploaded_at", MOMENT, nullable=False),
    Column("filename", Text),
    Column("alt", Text),
    Column("reason", Text),
    Column("duration_ms", Integer),
    Column("colour", BYTEWISE),
    Column("placeholder", BYTEWISE),
    Column("variants", Text, nullable=False),
    Column("card", Text, nullable=False),
)

# A page is read off the primary key: ids are given in the order of time.
MEDIA_OF_ACCOUNTS = Table(
    "media_of_accounts",
    _TABLES,
    Column("owner", Uuid, primary_key=True),
    Column("media", Uuid, primary_key=True),
)


class Medium(NamedTuple):
    media: UUID
    version: int
    owner: UUID
    status: str
    """uploaded, processed or rejected."""
    sha256: str
    media_type: str
    size_bytes: int
    width: int | None
    height: int | None
    uploaded_at: datetime
    filename: str | None
    alt: str | None
    reason: str | None
    """Why it was rejected."""
    duration_ms: int | None
    colour: str | None
    placeholder: str | None
    variants: str
    """JSON: a list of `domain.media.events.Variant`."""
    card: str
    """JSON: what is shown of it wherever it is a cover."""


def by_media(recorded: Recorded) -> tuple[UUID]:
    return (recorded.event.media,)


def _fold(row: Medium | None, recorded: Recorded, _memo: Memo) -> Medium | None:
    event: e.AnyMediaEvent = recorded.event
    if isinstance(event, e.MediaUploaded):
        return _begun(event, recorded)
    if row is None or isinstance(event, e.MediaDeleted):
        return None
    return carded(_changed(row, event)._replace(version=recorded.version))


def _begun(event: e.MediaUploaded, recorded: Recorded) -> Medium:
    begun = Medium(
        media=event.media,
        version=recorded.version,
        owner=event.owner,
        status="uploaded",
        sha256=event.sha256,
        media_type=event.media_type,
        size_bytes=event.size_bytes,
        width=event.width,
        height=event.height,
        uploaded_at=recorded.recorded_at,
        filename=event.filename,
        alt=None,
        reason=None,
        duration_ms=None,
        colour=None,
        placeholder=None,
        variants="[]",
        card="",
    )
    return carded(begun)


def _changed(row: Medium, event: e.AnyMediaEvent) -> Medium:
    match event:
        case e.MediaDescribed():
            return row._replace(alt=event.alt)
        case e.MediaProcessed():
            return row._replace(
                status="processed",
                width=event.width or row.width,
                height=event.height or row.height,
                reason=None,
                duration_ms=event.duration_ms,
                colour=event.colour,
                placeholder=event.placeholder,
                variants=orjson.dumps([variant.model_dump() for variant in event.variants]).decode(),
            )
        case e.MediaRejected():
            return row._replace(status="rejected", reason=event.reason)
        case _:
            return row  # `events` below names those that matter here; a new kind of event need not


def carded(row: Medium) -> Medium:
    """With what is shown of it as a cover: made once, read with every list."""
    place = f"/media/{row.media}"
    shown = {
        "id": str(row.media),
        "url": f"{place}/original",
        "type": row.media_type,
        "alt": row.alt,
        "width": row.width,
        "height": row.height,
        "placeholder": row.placeholder,
        "colour": row.colour,
        "variants": [_shown(variant, place) for variant in orjson.loads(row.variants)],
    }
    return row._replace(card=orjson.dumps(shown).decode())


def _shown(variant: Mapping[str, Any], place: str) -> dict[str, Any]:
    named = {name: variant[name] for name in ("name", "width", "height", "size_bytes")}
    return {**named, "type": variant["media_type"], "url": f"{place}/{variant['name']}"}


def _of_account(row: Medium) -> Iterable[tuple[UUID, UUID]]:
    return [(row.owner, row.media)]


MODEL = ReadModel(
    "media",
    version=2,
    folds=(
        RowFold(
            table=MEDIA,
            row=Medium,
            events=(e.MediaUploaded, e.MediaDescribed, e.MediaProcessed, e.MediaRejected, e.MediaDeleted),
            key=by_media,
            fold=_fold,
            index_rows=(IndexRows(MEDIA_OF_ACCOUNTS, _of_account),),
        ),
        media_uses.FOLD,
    ),
)
