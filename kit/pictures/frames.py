"""Pictures that move: libvips keeps their frames below one another in one tall picture."""

from collections.abc import Iterable

import pyvips


def frames_of(image: pyvips.Image) -> list[pyvips.Image]:
    return image.pagesplit() if image.get_n_pages() > 1 else [image]


def joined(frames: Iterable[pyvips.Image], like: pyvips.Image) -> pyvips.Image:
    """Frames of one size as a picture that moves as the other does."""
    parts = list(frames)
    made = pyvips.Image.arrayjoin(parts, across=1).copy()
    made.set_type(pyvips.GValue.gint_type, "page-height", parts[0].height)
    for name in ("delay", "loop"):
        if name in like.get_fields():
            made.set_type(like.get_typeof(name), name, like.get(name))
    return made


def square(image: pyvips.Image, side: int) -> pyvips.Image:
    """The part that catches the eye; of what moves, the same part of all frames. The shorter side is `side` already."""
    frames = frames_of(image)
    part = frames[0].smartcrop(side, side, interesting="attention")
    left, top = -part.xoffset, -part.yoffset
    if len(frames) == 1:
        return part
    return joined((frame.crop(left, top, side, side) for frame in frames), image)
