"""What can happen to a medium."""

from typing import Annotated, ClassVar, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.event import Event, Personal, Scope

Content: TypeAlias = Annotated[str | None, Personal(Scope.CONTENT)]
"""What its owner wrote or took. None once their content key is destroyed."""


class Variant(BaseModel):
    """Another form of the same picture or film, made by a job."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """What it is asked for by, such as `medium.webp`."""
    sha256: str
    media_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None


class MediaEvent(Event):
    """An event of the stream `media-<id>`."""

    media: UUID


class MediaUploaded(MediaEvent):
    personal_of: ClassVar[str] = "owner"

    owner: UUID
    sha256: str
    """Of the bytes, which are stored under it: 64 hexadecimal digits."""
    media_type: str
    """As found in the bytes."""
    size_bytes: int
    width: int | None
    """In pixels; None where a job has yet to find out."""
    height: int | None
    filename: Content
    """As it was called where it came from; None: not said."""


class MediaDescribed(MediaEvent):
    personal_of: ClassVar[str] = "owner"

    owner: UUID
    alt: Content
    """What stands for it where it is not seen."""


class MediaDeleted(MediaEvent):
    """Final. Its bytes go when no other medium has the same."""


class MediaProcessed(MediaEvent):
    """A job has looked into it. Comes again when it is processed anew, with all variants that there are then."""

    personal_of: ClassVar[str] = "owner"

    owner: UUID
    width: int | None
    """As it is shown: upright."""
    height: int | None
    duration_ms: int | None
    """Of a film."""
    colour: str | None
    """The dominant one, as `#rrggbb`."""
    placeholder: Content
    """A miniature as a `data:` URL. Blurred as it is, it shows what its owner took."""
    variants: tuple[Variant, ...]


class MediaRejected(MediaEvent):
    """A job found that it cannot be shown."""

    reason: str


AnyMediaEvent: TypeAlias = MediaUploaded | MediaDescribed | MediaDeleted | MediaProcessed | MediaRejected
