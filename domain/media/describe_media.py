"""It is said what a medium shows."""

from domain.command import Context, Decision
from domain.digest import digest
from domain.media.content import Alt
from domain.media.events import MediaDescribed
from domain.media.media import Media
from domain.media.media_command import MediaCommand, own_media


class DescribeMedia(MediaCommand):
    alt: Alt
    """What stands for it where it is not seen; empty: it only decorates."""

    def decide(self, state: Media | None, context: Context) -> Decision:
        media = own_media(state, context)
        if digest(self.alt) == media.alt:
            return Decision()
        return Decision(events=(MediaDescribed(media=self.media, owner=media.owner, alt=self.alt),))
