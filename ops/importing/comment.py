"""A comment as a source tells it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever wrote a comment and is no author of the source: credited by name, without an address."""

    id: UUID
    name: str

    @property
    def handle(self) -> str:
        """One that keeps the good ones free."""
        return f"guest-{self.id.hex[:20]}"


@dataclass(frozen=True, slots=True)
class SourceComment:
    id: UUID
    parent: UUID | None
    """Always one that stands before it; None: it answers the post."""
    by: "Person | str"
    """A person, or what the source calls one of its authors."""
    written_at: datetime | None
    body: str
