"""Small files of every type that is taken, byte by byte."""

import zlib
from collections.abc import Callable, Mapping


def png(width: int = 3, height: int = 2, *, filling: bytes = b"") -> bytes:
    """`filling` makes it another file of the same size, and as long as one likes."""
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    pixels = zlib.compress(bytes((3 * width + 1) * height)) if width * height < 10_000 else b""
    rest = (b"prVt", filling), (b"IDAT", pixels), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, part) for kind, part in ((b"IHDR", header), *rest))


def _chunk(kind: bytes, part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + kind + part + zlib.crc32(kind + part).to_bytes(4, "big")


def jpeg(width: int = 3, height: int = 2, *, comment: bytes = b"") -> bytes:
    frame = b"\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x01\x01\x11\x00"
    scan = _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\xff\xd0\x34"
    parts = (_segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"), _segment(0xFE, comment), _segment(0xC0, frame), scan)
    return b"\xff\xd8" + b"".join(parts) + b"\xff\xd9"


def _segment(marker: int, part: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(part) + 2).to_bytes(2, "big") + part


def gif(width: int = 3, height: int = 2, *, frame: tuple[int, int] | None = None) -> bytes:
    table = b"\0\0\0\xff\xff\xff"
    shown = _pair(*(frame or (width, height)))
    image = b"\x2c\0\0\0\0" + shown + b"\0" + b"\x02\x02\x4c\x01\x00"
    return b"GIF89a" + _pair(width, height) + b"\x80\0\0" + table + b"\x21\xfe\x02hi\0" + image + b"\x3b"


def _pair(width: int, height: int) -> bytes:
    return width.to_bytes(2, "little") + height.to_bytes(2, "little")


def webp(width: int = 3, height: int = 2, *, canvas: tuple[int, int] | None = None) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    chunks = _riff(b"VP8L", b"\x2f" + bits.to_bytes(4, "little") + b"\x01")
    if canvas:
        size = b"".join((side - 1).to_bytes(3, "little") for side in canvas)
        chunks = _riff(b"VP8X", b"\x10\0\0\0" + size) + chunks
    return b"RIFF" + (len(chunks) + 4).to_bytes(4, "little") + b"WEBP" + chunks


def _riff(kind: bytes, part: bytes) -> bytes:
    return kind + len(part).to_bytes(4, "little") + part + bytes(len(part) % 2)


def box(kind: bytes, *parts: bytes) -> bytes:
    inside = b"".join(parts)
    return (len(inside) + 8).to_bytes(4, "big") + kind + inside


def avif(width: int = 3, height: int = 2) -> bytes:
    size = box(b"ispe", bytes(4), width.to_bytes(4, "big"), height.to_bytes(4, "big"))
    meta = box(b"meta", bytes(4), box(b"iprp", box(b"ipco", size)))
    return box(b"ftyp", b"avif\0\0\0\0avifmif1") + meta + box(b"mdat", b"\x12\x00")


def mp4(width: int = 3, height: int = 2, *, brand: bytes = b"isom") -> bytes:
    head = box(b"tkhd", bytes(76), (width << 16).to_bytes(4, "big"), (height << 16).to_bytes(4, "big"))
    film = box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", head))
    return box(b"ftyp", brand + b"\0\0\0\0") + film + box(b"mdat", b"frames")


def mov() -> bytes:
    return mp4(brand=b"qt  ")


def webm(*, doc_type: bytes = b"webm") -> bytes:
    named = b"\x42\x82" + bytes((0x80 | len(doc_type),)) + doc_type
    header = b"\x1a\x45\xdf\xa3" + bytes((0x80 | len(named),)) + named
    return header + b"\x18\x53\x80\x67" + b"\x84" + b"\xec\x82\0\0"


FILES: Mapping[str, Callable[[], bytes]] = {
    "image/png": png,
    "image/jpeg": jpeg,
    "image/gif": gif,
    "image/webp": webp,
    "image/avif": avif,
    "video/mp4": mp4,
    "video/quicktime": mov,
    "video/webm": webm,
}
"""By type; each has 3 x 2 pixels, if any."""
