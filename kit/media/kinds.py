"""The types that are taken, told by a file's first bytes."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from kit.media import boxes, gif, jpeg, png, webm, webp
from kit.media.found import Bytes, Size

LOOKED_AT = 4096
"""So many bytes are enough to tell."""
_PICTURES = frozenset({b"avif", b"avis"})
_FILMS = frozenset(
    re.findall(
        rb"[^|]{4}", b"isom|iso2|iso3|iso4|iso5|iso6|mp41|mp42|mp71|avc1|M4V |M4VH|M4VP|MSNV|dash|f4v |mmp4|XAVC"
    )
)


def _size_of_webm(file: Bytes) -> None:
    webm.require_whole(file)


class Kind(NamedTuple):
    media_type: str
    extension: str
    size_of: Callable[[Bytes], Size | None]
    """None: it takes more than reading the header. Raises Damaged."""

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


PNG = Kind("image/png", "png", png.size_of)
JPEG = Kind("image/jpeg", "jpg", jpeg.size_of)
GIF = Kind("image/gif", "gif", gif.size_of)
WEBP = Kind("image/webp", "webp", webp.size_of)
AVIF = Kind("image/avif", "avif", boxes.size_of_picture)
MP4 = Kind("video/mp4", "mp4", boxes.size_of_film)
MOV = Kind("video/quicktime", "mov", boxes.size_of_film)
WEBM = Kind("video/webm", "webm", _size_of_webm)
KINDS: Mapping[str, Kind] = {kind.media_type: kind for kind in (PNG, JPEG, GIF, WEBP, AVIF, MP4, MOV, WEBM)}


def kind_of(first: bytes) -> Kind | None:
    """What a file is that begins so; None: nothing that is taken."""
    if first.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if first.startswith(b"\xff\xd8\xff"):
        return JPEG
    if first.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if first.startswith(b"RIFF") and first[8:12] == b"WEBP":
        return WEBP
    if first[4:8] == b"ftyp":
        return _of_brands(first)
    return WEBM if webm.is_webm(first) else None


def _of_brands(first: bytes) -> Kind | None:
    length = min(int.from_bytes(first[:4], "big"), LOOKED_AT)
    brands = [first[8:12], *(first[at : at + 4] for at in range(16, length, 4))]
    if brands[0] == b"qt  ":
        return MOV
    if brands[0] in _FILMS:
        return MP4
    return AVIF if _PICTURES.intersection(brands) else None
