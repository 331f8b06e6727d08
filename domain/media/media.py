"""The state that media commands decide on. It keeps no text: a digest tells whether one changes."""

from dataclasses import dataclass, replace
from typing import Literal, assert_never
from uuid import UUID

from domain.command import Name
from domain.digest import digest
from domain.media import events as e

USED_BYTES = "bytes"
"""The kind of names that say who needs bytes: they are kept for as long as such a name begins with their SHA-256."""


@dataclass(frozen=True, slots=True)
class Media:
    id: UUID
    owner: UUID
    sha256: str
    alt: bytes = b""
    status: Literal["uploaded", "processed", "rejected", "deleted"] = "uploaded"
    variants: tuple[e.Variant, ...] = ()

    @property
    def is_usable(self) -> bool:
        return self.status in {"uploaded", "processed"}

    @property
    def names(self) -> tuple[Name, ...]:
        """What its commands have claimed and not released."""
        return () if self.status == "deleted" else uses(self.id, self.sha256, self.variants)

    @staticmethod
    def evolve(state: "Media | None", event: e.AnyMediaEvent) -> "Media":
        """The state after the event; None is a stream without events."""
        if isinstance(event, e.MediaUploaded):
            return Media(event.media, event.owner, event.sha256)
        if state is None:
            raise ValueError(f"a medium cannot begin with {type(event).__name__}")
        return _changed(state, event)


def uses(media: UUID, sha256: str, variants: tuple[e.Variant, ...] = ()) -> tuple[Name, ...]:
    """A medium's need of the bytes that it consists of; several media may need the same."""
    hashes = dict.fromkeys((sha256, *(variant.sha256 for variant in variants)))
    return tuple(Name(USED_BYTES, f"{each}/{media}") for each in hashes)


def _changed(state: Media, event: e.AnyMediaEvent) -> Media:
    match event:
        case e.MediaUploaded():
            return Media(event.media, event.owner, event.sha256)
        case e.MediaDescribed():
            return replace(state, alt=digest(event.alt))
        case e.MediaProcessed():
            return replace(state, status="processed", variants=event.variants)
        case e.MediaRejected():
            return replace(state, status="rejected")
        case e.MediaDeleted():
            return replace(state, status="deleted")
        case _:
            assert_never(event)
