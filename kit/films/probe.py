"""What ffmpeg says is in a file, read off its own words."""

import re
from typing import NamedTuple

_DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d)\.(\d\d)", re.MULTILINE)
_VIDEO = re.compile(r"^  Stream #0:\d+[^\n]*?: Video: (\w+)[^\n]*?, (\d+)x(\d+)[ ,\n]", re.MULTILINE)


class Probe(NamedTuple):
    duration_ms: int | None
    """None: it does not say."""
    width: int
    height: int
    """0 x 0: it shows nothing, or more than is taken."""

    @property
    def pixels(self) -> int:
        return self.width * self.height


def probe_of(told: str) -> Probe:
    """What files say of themselves is indented deeper than what is looked for here."""
    duration, video = _DURATION.search(told), _VIDEO.search(told)
    size = (int(video[2]), int(video[3])) if video else (0, 0)
    return Probe(_ms(*map(int, duration.groups())) if duration else None, *size)


def _ms(hours: int, minutes: int, seconds: int, hundredths: int) -> int:
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + hundredths * 10
