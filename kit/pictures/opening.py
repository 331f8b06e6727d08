"""Opens a picture by the one decoder of its type, and refuses what is too much before anything is decoded."""

import os
from typing import NamedTuple

import pyvips

from kit.pictures.forms import MOST_FRAMES, MOST_MOVING_PIXELS, MOST_PIXELS

_DECODERS = {
    "image/jpeg": "VipsForeignLoadJpeg",
    "image/png": "VipsForeignLoadPng",
    "image/gif": "VipsForeignLoadNsgif",
    "image/webp": "VipsForeignLoadWebp",
    "image/avif": "VipsForeignLoadHeif",
}
_MOVING = {"image/gif", "image/webp"}
# Said to the decoder itself: the argument of the same name does not reach it.
_ALL_FRAMES, _FIRST_FRAME = "[n=-1,fail_on=truncated]", "[fail_on=truncated]"


class Refused(Exception):  # noqa: N818 - named for the fact
    """The picture cannot be made into anything. Says why to its owner."""


class Picture(NamedTuple):
    descriptor: int
    width: int
    """Upright."""
    height: int
    frames: int
    """1: a still, or what is to be one."""

    def thumbnail(self, width: int, height: int) -> pyvips.Image:
        """Within the box, upright, in sRGB. Decodes no more than that takes, and everything at once."""
        made = pyvips.Image.thumbnail_source(
            _source(self.descriptor),
            width,
            height=height,
            size="down",
            output_profile="srgb",
            intent="perceptual",
            option_string=_ALL_FRAMES if self.frames > 1 else _FIRST_FRAME,
        )
        return as_srgb(made).copy_memory()


def opened(descriptor: int, media_type: str) -> Picture:
    """Looks at the head of an open file.

    Raises:
        Refused, pyvips.Error.
    """
    pyvips.operation_block_set("VipsForeignLoad", state=True)
    pyvips.operation_block_set(_DECODERS[media_type], state=False)
    head = pyvips.Image.new_from_source(_source(descriptor), "", access="sequential", fail_on="truncated")
    width, height = head.width, head.height
    if width * height > MOST_PIXELS:
        raise Refused(f"It has {width} x {height} pixels; up to {MOST_PIXELS} are taken.")
    if _field(head, "orientation", 1) > 4:  # noqa: PLR2004 - EXIF: from 5 on it lies on its side
        width, height = height, width
    frames = _field(head, "n-pages", 1) if media_type in _MOVING else 1
    is_moving = frames <= MOST_FRAMES and frames * width * height <= MOST_MOVING_PIXELS
    return Picture(descriptor, width, height, frames if is_moving else 1)


def as_srgb(image: pyvips.Image) -> pyvips.Image:
    """Eight bits a channel, whatever it was."""
    if image.interpretation not in {"srgb", "b-w"} or image.format != "uchar":
        image = image.colourspace("srgb")
    return image if image.format == "uchar" else image.cast("uchar")


def _source(descriptor: int) -> pyvips.Source:
    os.lseek(descriptor, 0, os.SEEK_SET)
    return pyvips.Source.new_from_descriptor(descriptor)


def _field(image: pyvips.Image, name: str, otherwise: int) -> int:
    return int(image.get(name)) if name in image.get_fields() else otherwise
