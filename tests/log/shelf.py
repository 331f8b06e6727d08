"""Event types of a small shelf of notes, for tests of the engine."""

from typing import Annotated, ClassVar
from uuid import UUID

from domain.event import Event, Personal, Scope


class NoteWritten(Event):
    schema_version: ClassVar[int] = 3
    personal_of: ClassVar[str] = "writer"

    writer: UUID
    text: Annotated[str | None, Personal(Scope.CONTENT)]
    byline: Annotated[str | None, Personal(Scope.IDENTITY)] = None
    pages: tuple[int, ...] = ()


class NoteShelved(Event):
    shelf: str
