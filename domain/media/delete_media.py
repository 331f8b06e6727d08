"""A medium is taken away; where it was used there is none."""

from domain.command import Context, Decision
from domain.media.events import MediaDeleted
from domain.media.media import Media
from domain.media.media_command import MediaCommand, own_media


class DeleteMedia(MediaCommand):
    def decide(self, state: Media | None, context: Context) -> Decision:
        media = own_media(state, context)
        return Decision(events=(MediaDeleted(media=self.media),), releases=media.names)
