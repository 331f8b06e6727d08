"""Makes all variants of a picture: decoded once, and each smaller one from the one before."""

from collections.abc import Iterator
from typing import Any

import pyvips

from kit.pictures.forms import LARGE, MEDIUM, THUMBNAIL, Form
from kit.pictures.frames import frames_of, square
from kit.pictures.glance import dominant_colour, placeholder
from kit.pictures.opening import Picture

_JPEG = {"Q": 85, "interlace": True, "optimize_coding": True, "keep": "none"}
_WEBP = {"Q": 80, "effort": 4, "keep": "none"}
_MOVING_WEBP = {**_WEBP, "effort": 1}
_AVIF = {"Q": 60, "effort": 4, "compression": "av1", "keep": "none"}
_OPAQUE = 255


def make(picture: Picture, *, avif: bool) -> tuple[dict[str, Any], list[bytes]]:
    """A `Result` as JSON has it, and the bytes of its variants.

    Raises:
        pyvips.Error: it cannot be decoded.
    """
    large = _without_idle_alpha(picture.thumbnail(LARGE.width, LARGE.height))
    still = frames_of(large)[0]
    medium = _within(large, MEDIUM)
    images = {THUMBNAIL: _square(large), MEDIUM: medium, LARGE: large}
    made: list[dict[str, Any]] = []
    contents: list[bytes] = []
    for form, image in images.items():
        frame = frames_of(image)[0]
        for ending, content in _encoded(image, frame, avif=avif):
            size = {"size_bytes": len(content), "width": frame.width, "height": frame.height}
            made.append({"name": f"{form.name}.{ending}", **size})
            contents.append(content)
    seen = {"placeholder": placeholder(still), "colour": dominant_colour(still)}
    return {"width": picture.width, "height": picture.height, **seen, "variants": made}, contents


def _within(image: pyvips.Image, form: Form) -> pyvips.Image:
    return image.thumbnail_image(form.width, height=form.height, size="down").copy_memory()


def _square(image: pyvips.Image) -> pyvips.Image:
    frame = frames_of(image)[0]
    shorter = min(frame.width, frame.height)
    side = min(shorter, THUMBNAIL.width)
    box = {"width": round(frame.width * side / shorter), "height": round(frame.height * side / shorter)}
    smaller = image if side == shorter else image.thumbnail_image(box["width"], height=box["height"], size="force")
    return square(smaller, side).copy_memory()


def _encoded(image: pyvips.Image, frame: pyvips.Image, *, avif: bool) -> Iterator[tuple[str, bytes]]:
    """What moves, moves as WebP; the others show its first frame."""
    yield "jpg", _flat(frame).jpegsave_buffer(**_JPEG)
    yield "webp", image.webpsave_buffer(**(_WEBP if image is frame else _MOVING_WEBP))
    if avif:
        yield "avif", frame.heifsave_buffer(**_AVIF)


def _flat(image: pyvips.Image) -> pyvips.Image:
    """JPEG has no transparency: what shows through is white."""
    return image.flatten(background=[_OPAQUE] * (image.bands - 1)) if image.hasalpha() else image


def _without_idle_alpha(image: pyvips.Image) -> pyvips.Image:
    if image.hasalpha() and image[image.bands - 1].min() == _OPAQUE:
        return image.extract_band(0, n=image.bands - 1)
    return image
