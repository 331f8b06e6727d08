"""What uploads of this process share: where bytes go, how large they may be, how many come at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from kit.blobs.blobs import Blobs
from kit.http.problems import Problem
from kit.media.kinds import Kind
from kit.settings import Settings

MOST_AT_ONCE = 32


class Uploads:
    def __init__(self, blobs: Blobs, settings: Settings) -> None:
        self.blobs, self._settings = blobs, settings
        self.under_way = 0

    @property
    def longest_bytes(self) -> int:
        return max(self._settings.media_image_bytes, self._settings.media_video_bytes)

    def most_bytes(self, kind: Kind) -> int:
        return self._settings.media_image_bytes if kind.is_picture else self._settings.media_video_bytes

    @contextmanager
    def taking_one(self) -> Iterator[None]:
        """Raises Problem, 503, when many come already."""
        if self.under_way >= MOST_AT_ONCE:
            raise Problem(503, "Busy", "Too many uploads at once; try again soon.", headers={"Retry-After": "5"})
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1
