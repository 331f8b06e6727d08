"""Pictures as cameras, editors and worse make them: small, and each with a corner of every colour."""

import struct
import zlib
from collections.abc import Callable, Mapping

import pyvips

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 160, 40), (30, 40, 200), (250, 250, 250)
CORNERS = (RED, GREEN, BLUE, WHITE)
"""From left to right, from top to bottom."""
WIDTH, HEIGHT = 60, 40


def picture(width: int = WIDTH, height: int = HEIGHT) -> pyvips.Image:
    def part(colour: tuple[int, int, int]) -> pyvips.Image:
        return (pyvips.Image.black(width // 2, height // 2) + list(colour)).cast("uchar")

    joined = pyvips.Image.arrayjoin([part(colour) for colour in CORNERS], across=2)
    return joined.copy(interpretation="srgb")


def lying(orientation: int) -> bytes:
    """A JPEG whose pixels lie as a camera held so would store them, and whose EXIF says so."""
    upright = picture()
    stored = {
        1: lambda image: image,
        2: lambda image: image.fliphor(),
        3: lambda image: image.rot180(),
        4: lambda image: image.flipver(),
        5: lambda image: image.rot90().fliphor(),
        6: lambda image: image.rot270(),
        7: lambda image: image.rot270().fliphor(),
        8: lambda image: image.rot90(),
    }[orientation](upright)
    return with_exif(_jpeg(stored), orientation)


def _jpeg(image: pyvips.Image, **options: object) -> bytes:
    content: bytes = image.jpegsave_buffer(**{"Q": 92, "keep": "none", **options})
    return content


def with_exif(jpeg: bytes, orientation: int) -> bytes:
    """With a camera's name and the place where it was."""
    place = b"".join(struct.pack("<II", degrees, 1) for degrees in (48, 12, 30))
    entries = [(0x010F, 2, b"Camera\0\0"), (0x0112, 3, struct.pack("<HH", orientation, 0)), (0x8825, 4, None)]
    first = 8 + 2 + 12 * len(entries) + 4
    texts, ifd = b"", b""
    for tag, kind, value in entries:
        if value is None:
            ifd += struct.pack("<HHII", tag, kind, 1, first + 8)
        elif len(value) > 4:
            ifd += struct.pack("<HHII", tag, kind, len(value), first + len(texts))
            texts += value
        else:
            ifd += struct.pack("<HHI", tag, kind, 1) + value
    at = first + 8 + 2 + 12 * 2 + 4
    gps = (
        struct.pack("<H", 2) + struct.pack("<HHI4s", 1, 2, 2, b"N\0\0\0") + struct.pack("<HHII", 2, 5, 3, at) + bytes(4)
    )
    tiff = b"II*\0" + struct.pack("<IH", 8, len(entries)) + ifd + bytes(4) + texts + gps + place
    segment = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def moving(frames: int = 3, width: int = WIDTH, height: int = HEIGHT) -> pyvips.Image:
    """The picture, and the same turned around, in turn."""
    still = picture(width, height)
    tall = pyvips.Image.arrayjoin([still if n % 2 == 0 else still.rot180() for n in range(frames)], across=1).copy()
    tall.set_type(pyvips.GValue.gint_type, "page-height", height)
    tall.set_type(pyvips.GValue.array_int_type, "delay", [70] * frames)
    tall.set_type(pyvips.GValue.gint_type, "loop", 0)
    return tall


def _with_alpha() -> pyvips.Image:
    """Its right half can be seen through."""
    seen = (pyvips.Image.black(WIDTH, HEIGHT) + 255).cast("uchar")
    alpha = seen.draw_rect([0], WIDTH // 2, 0, WIDTH // 2, HEIGHT, fill=True)
    return picture().bandjoin(alpha)


def _sixteen_bits() -> pyvips.Image:
    return (picture().cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16")


def _wide_gamut() -> bytes:
    shown = picture().icc_transform("p3", input_profile="srgb")
    content: bytes = shown.jpegsave_buffer(Q=95, profile="p3")
    return content


PICTURES: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "a JPEG": ("image/jpeg", lambda: _jpeg(picture())),
    "a progressive JPEG": ("image/jpeg", lambda: _jpeg(picture(), interlace=True)),
    "a JPEG in CMYK": ("image/jpeg", lambda: _jpeg(picture().icc_export(output_profile="cmyk"))),
    "a JPEG of a wide gamut": ("image/jpeg", _wide_gamut),
    "a JPEG with a place": ("image/jpeg", lambda: with_exif(_jpeg(picture()), 1)),
    "a PNG": ("image/png", lambda: picture().pngsave_buffer()),
    "a PNG of 16 bits": ("image/png", lambda: _sixteen_bits().pngsave_buffer(bitdepth=16)),
    "an interlaced PNG": ("image/png", lambda: picture().pngsave_buffer(interlace=True)),
    "a PNG with a palette": ("image/png", lambda: picture().pngsave_buffer(palette=True)),
    "a WebP": ("image/webp", lambda: picture().webpsave_buffer(lossless=True)),
    "a GIF": ("image/gif", lambda: picture().gifsave_buffer()),
    "an AVIF": ("image/avif", lambda: picture().heifsave_buffer(compression="av1", lossless=True)),
}
"""All of them show the same."""


def transparent() -> bytes:
    content: bytes = _with_alpha().pngsave_buffer()
    return content


def moving_gif(frames: int = 3) -> bytes:
    content: bytes = moving(frames).gifsave_buffer()
    return content


def moving_webp(frames: int = 3) -> bytes:
    content: bytes = moving(frames).webpsave_buffer(lossless=True)
    return content


def swollen_png(width: int, height: int, *, depth: int = 8) -> bytes:
    """A few bytes that ask for this many pixels of one colour."""
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    line = 1 + width * 3 * depth // 8
    packer = zlib.compressobj(1)
    pixels = b"".join(packer.compress(bytes(line)) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(*each) for each in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    )


def _chunk(kind: bytes, part: bytes) -> bytes:
    return struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))


def headed_png(width: int, height: int) -> bytes:
    """Its header asks for this, and nothing follows."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"")) + _chunk(b"IEND", b"")
