"""A job says that a medium cannot be shown."""

from typing import Annotated

from pydantic import Field

from domain.command import Context, Decision
from domain.media.events import MediaRejected
from domain.media.media import Media
from domain.media.media_command import MediaCommand, looked_into
from domain.text import Line


class RecordMediaRejected(MediaCommand):
    reason: Annotated[Line, Field(min_length=1, max_length=200)]
    """For its owner."""

    def decide(self, state: Media | None, context: Context) -> Decision:
        if looked_into(state, context).status == "rejected":
            return Decision()
        return Decision(events=(MediaRejected(media=self.media, reason=self.reason),))
