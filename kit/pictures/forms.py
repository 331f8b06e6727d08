"""Which forms a picture is made into."""

from typing import NamedTuple


class Form(NamedTuple):
    name: str
    width: int
    height: int
    is_square: bool = False
    """Cut around what catches the eye; the others show the whole picture."""


LARGE = Form("large", 1600, 1600)
MEDIUM = Form("medium", 800, 600)
THUMBNAIL = Form("thumbnail", 200, 200, is_square=True)
FORMS = (THUMBNAIL, MEDIUM, LARGE)
TYPES = {"jpg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}
"""By the ending of a variant's name."""
LONGEST_PLACEHOLDER = 800
MOST_PIXELS = 50_000_000
MOST_FRAMES = 300
MOST_MOVING_PIXELS = 50_000_000
"""Of all frames together; what moves more is made a still."""
