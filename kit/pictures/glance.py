"""What stands for a picture while it is loaded: a blurred miniature to put into a page, and its dominant colour."""

import base64
from collections import defaultdict

import pyvips

from kit.pictures.forms import LONGEST_PLACEHOLDER

_SIDE, _QUALITY = 16, 30
_LOOKED_AT = 48
_COARSE = 5
"""Colours are alike when all that differs is in these last bits."""
_SEEN = 128


def placeholder(image: pyvips.Image) -> str | None:
    """A WebP of a few pixels as a `data:` URL; None: it would be too long."""
    small = image.thumbnail_image(_SIDE, height=_SIDE, size="down")
    content = small.webpsave_buffer(Q=_QUALITY, effort=6, alpha_q=_QUALITY, keep="none")
    url = f"data:image/webp;base64,{base64.b64encode(content).decode()}"
    return url if len(url) <= LONGEST_PLACEHOLDER else None


def dominant_colour(image: pyvips.Image) -> str:
    """The mean of the largest group of like colours, as `#rrggbb`. What is transparent counts for nothing."""
    small = image.thumbnail_image(_LOOKED_AT, height=_LOOKED_AT, size="down").colourspace("srgb").cast("uchar")
    bands, pixels = small.bands, small.write_to_memory()
    groups: dict[tuple[int, ...], list[tuple[int, ...]]] = defaultdict(list)
    for at in range(0, len(pixels), bands):
        pixel = tuple(pixels[at : at + bands])
        if bands == 3 or pixel[3] >= _SEEN:  # noqa: PLR2004 - without alpha, and where that is
            groups[tuple(channel >> _COARSE for channel in pixel[:3])].append(pixel[:3])
    largest = max(groups.values(), key=len, default=[(255, 255, 255)])
    return "#" + "".join(f"{round(sum(channel) / len(largest)):02x}" for channel in zip(*largest, strict=True))
