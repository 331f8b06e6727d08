"""A medium with its texts, folded from its events: what a file is written from."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from domain.media import events as e
from kit.media.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Medium:
    id: UUID
    sha256: str
    media_type: str
    size_bytes: int
    alt: str | None = None

    @property
    def file_name(self) -> str:
        return f"media/{self.id}.{KINDS[self.media_type].extension}"

    @staticmethod
    def evolve(state: "Medium | None", event: Any) -> "Medium | None":
        match event:
            case e.MediaUploaded():
                return Medium(event.media, event.sha256, event.media_type, event.size_bytes)
            case e.MediaDescribed() if state is not None:
                return replace(state, alt=event.alt)
            case e.MediaDeleted():
                return None
            case _:
                return state
