"""A job says which variants it has made and stored."""

from typing import Annotated

from pydantic import Field

from domain.command import Context, Decision
from domain.media.events import MediaProcessed, Variant
from domain.media.media import Media, uses
from domain.media.media_command import MediaCommand, looked_into


class RecordMediaProcessed(MediaCommand):
    width: Annotated[int, Field(ge=1)] | None = None
    height: Annotated[int, Field(ge=1)] | None = None
    duration_ms: Annotated[int, Field(ge=0)] | None = None
    colour: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")] | None = None
    placeholder: Annotated[str, Field(pattern=r"^data:image/webp;base64,[A-Za-z0-9+/=]+$", max_length=1000)] | None = (
        None
    )
    variants: Annotated[tuple[Variant, ...], Field(max_length=50)] = ()

    def decide(self, state: Media | None, context: Context) -> Decision:
        media = looked_into(state, context)
        if media.status == "processed" and media.variants == self.variants:
            return Decision()
        processed = MediaProcessed(
            media=self.media,
            owner=media.owner,
            width=self.width,
            height=self.height,
            duration_ms=self.duration_ms,
            colour=self.colour,
            placeholder=self.placeholder,
            variants=self.variants,
        )
        before, after = set(media.names), set(uses(self.media, media.sha256, self.variants))
        return Decision(
            events=(processed,),
            claims=tuple(sorted(after - before, key=lambda name: name.value)),
            releases=tuple(sorted(before - after, key=lambda name: name.value)),
        )
