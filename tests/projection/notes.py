"""A notebook: small events and two read models that use everything a read model can declare."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, Column, DateTime, Index, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from domain.event import Event
from engine.log.records import Recorded
from engine.projection.contract import PENDING, Contribution, IndexRows, Memo, ReadModel, Renderer, RowFold


class Mood(StrEnum):
    FRESH = "fresh"
    EDITED = "edited"


class NoteWritten(Event):
    note: str
    text: str
    tags: tuple[str, ...] = ()


class NoteRetagged(Event):
    note: str
    tags: tuple[str, ...]


class NoteRemoved(Event):
    note: str


class NoteSeen(Event):
    """Nobody's business here: known, and subscribed by none."""

    note: str


EVENTS = (NoteWritten, NoteRetagged, NoteRemoved, NoteSeen)


@dataclass(frozen=True, slots=True)
class NoteRow:
    note: str
    text: str
    shouted: str
    tags: tuple[str, ...]
    mood: Mood
    history: tuple[int, ...]
    changes: int
    written_at: datetime


class Shouting:
    """A renderer that counts how often it really worked."""

    def __init__(self) -> None:
        self.count = 0
        self.renderer = Renderer("shout", 1, self._render)

    def _render(self, text: str) -> str:
        self.count += 1
        return text.upper()


def notes_model(*, version: int = 1, poison: set[str] | None = None, shouting: Shouting | None = None) -> ReadModel:
    """Notes with a counter and derived rows. A note whose text is in `poison` cannot be folded."""
    poison = poison if poison is not None else set()
    renderer = (shouting or Shouting()).renderer

    def fold(row: NoteRow | None, recorded: Recorded, _memo: Memo) -> NoteRow | None:
        event = recorded.event
        match event:
            case NoteWritten() if event.text in poison:
                raise ValueError(f"cannot fold {event.text}")
            case NoteWritten():
                return _written(row, recorded)
            case NoteRetagged() if row is not None:
                return replace(row, tags=event.tags, mood=Mood.EDITED, changes=row.changes + 1)
            case NoteRemoved():
                return None
        return row

    def finish(row: NoteRow, memo: Memo) -> NoteRow:
        return replace(row, shouted=memo.get(renderer, row.text)) if row.shouted is PENDING else row

    metadata = MetaData()
    return ReadModel(
        "notes",
        version,
        (
            RowFold(
                table=_notes(metadata),
                row=NoteRow,
                events=(NoteWritten, NoteRetagged, NoteRemoved),
                key=lambda recorded: (recorded.event.note,),
                fold=fold,
                contributions=(Contribution(_tag_counts(metadata), _amounts),),
                index_rows=(
                    IndexRows(_notes_by_tag(metadata), lambda row: [(tag, row.note) for tag in set(row.tags)]),
                ),
                finish=finish,
                wishes=lambda row: [(renderer, row.text)] if row.shouted is PENDING else [],
            ),
        ),
    )


def _written(row: NoteRow | None, recorded: Recorded) -> NoteRow:
    event, before = recorded.event, row.history if row else ()
    changes = row.changes + 1 if row else 0
    mood = Mood.EDITED if row else Mood.FRESH
    history = (*before, recorded.version)
    return NoteRow(event.note, event.text, PENDING, event.tags, mood, history, changes, recorded.recorded_at)


def _amounts(row: NoteRow) -> dict[tuple[Any, ...], tuple[int, ...]]:
    return {(tag,): (1, len(row.text)) for tag in row.tags}


def _notes(metadata: MetaData) -> Table:
    return Table(
        "notes",
        metadata,
        Column("note", Text(collation="C"), primary_key=True),
        Column("text", Text, nullable=False),
        Column("shouted", Text, nullable=False),
        Column("tags", ARRAY(Text), nullable=False),
        Column("mood", Text(collation="C"), nullable=False),
        Column("history", JSONB, nullable=False),
        Column("changes", Integer, nullable=False),
        Column("written_at", DateTime(timezone=True), nullable=False),
        Index("notes_written_at", "written_at"),
    )


def _tag_counts(metadata: MetaData) -> Table:
    return Table(
        "note_tag_counts",
        metadata,
        Column("tag", Text, primary_key=True),
        Column("partition", Integer, primary_key=True),
        Column("notes", Integer, nullable=False),
        Column("characters", Integer, nullable=False),
    )


def _notes_by_tag(metadata: MetaData) -> Table:
    return Table(
        "notes_by_tag", metadata, Column("tag", Text, primary_key=True), Column("note", Text, primary_key=True)
    )


@dataclass(frozen=True, slots=True)
class SizeRow:
    note: str
    characters: int


def sizes_model(*, version: int = 1) -> ReadModel:
    """A second, narrower model of the same events."""

    def fold(_row: SizeRow | None, recorded: Recorded, _memo: Memo) -> SizeRow | None:
        event = recorded.event
        return SizeRow(event.note, len(event.text)) if isinstance(event, NoteWritten) else None

    table = Table(
        "note_sizes",
        MetaData(),
        Column("note", Text, primary_key=True),
        Column("characters", Integer, nullable=False),
    )
    kinds = (NoteWritten, NoteRemoved)
    return ReadModel("note_sizes", version, (RowFold(table, SizeRow, kinds, lambda r: (r.event.note,), fold),))


@dataclass(frozen=True, slots=True)
class PageRow:
    note: str
    text: str
    tags: tuple[str, ...]
    title: str


def pages_model(*, is_honest: bool = True) -> ReadModel:
    """A third one, with texts that retagging only hands on, or should."""

    def fold(row: PageRow | None, recorded: Recorded, _memo: Memo) -> PageRow | None:
        event = recorded.event
        if isinstance(event, NoteWritten):
            return PageRow(event.note, event.text, event.tags, event.text[:1])
        if row is None or isinstance(event, NoteRemoved):
            return None
        return replace(row, tags=event.tags) if is_honest else replace(row, tags=event.tags, title="!")

    table = Table(
        "note_pages",
        MetaData(),
        Column("note", Text(collation="C"), primary_key=True),
        Column("text", Text, nullable=False),
        Column("tags", ARRAY(Text), nullable=False),
        Column("title", Text, nullable=False),
    )
    kinds, narrow = (NoteWritten, NoteRetagged, NoteRemoved), (NoteRetagged, NoteRemoved)
    sizes: IndexRows[PageRow] = IndexRows(_notes_with_number_of_tags(), lambda row: [(row.note, len(row.tags))])
    one = RowFold(table, PageRow, kinds, lambda r: (r.event.note,), fold, index_rows=(sizes,), narrow=narrow)
    return ReadModel("note_pages", 1, (one,))


@dataclass(frozen=True, slots=True)
class VersionRow:
    note: str
    version: int
    text: str


def versions_model() -> ReadModel:
    """A fourth one, with a row for each version; a note that is removed takes all of its rows along."""

    def keys(recorded: Recorded) -> list[tuple[str, int]]:
        versions = range(1, recorded.version) if isinstance(recorded.event, NoteRemoved) else [recorded.version]
        return [(recorded.event.note, version) for version in versions]

    def fold(_row: VersionRow | None, recorded: Recorded, _memo: Memo) -> VersionRow | None:
        event = recorded.event
        return VersionRow(event.note, recorded.version, event.text) if isinstance(event, NoteWritten) else None

    table = Table(
        "note_versions",
        MetaData(),
        Column("note", Text(collation="C"), primary_key=True),
        Column("version", Integer, primary_key=True),
        Column("text", Text, nullable=False),
    )
    one = RowFold(
        table,
        VersionRow,
        (NoteWritten, NoteRemoved),
        lambda r: (r.event.note, r.version),
        fold,
        narrow=(NoteRemoved,),
        keys=keys,
    )
    return ReadModel("note_versions", 1, (one,))


def _notes_with_number_of_tags() -> Table:
    """Derived rows that may change in a column that is not of the key."""
    return Table(
        "notes_with_number_of_tags",
        MetaData(),
        Column("note", Text, primary_key=True),
        Column("tags", Integer, nullable=False),
    )
