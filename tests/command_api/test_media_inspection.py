"""What is looked at in a file before it is taken: its type, its size in pixels, and that it is one file and whole."""

import contextlib
import tempfile

import pytest

from command_api.media.receiving import MOST_PIXELS
from kit.media.found import Damaged, Size
from kit.media.inspection import TooManyPixels, inspect
from kit.media.kinds import LOOKED_AT, kind_of
from tests.media_files import FILES, avif, box, gif, jpeg, mp4, png, webm, webp


def looked_over(body: bytes) -> Size | None:
    kind = kind_of(body[:LOOKED_AT])
    assert kind is not None
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(body)
        return inspect(file, kind, MOST_PIXELS)


@pytest.mark.parametrize("media_type", FILES)
def test_a_type_is_told_by_the_first_bytes_and_a_size_by_the_header(media_type: str) -> None:
    body = FILES[media_type]()
    kind = kind_of(body[:LOOKED_AT])
    assert kind is not None
    assert kind.media_type == media_type
    assert looked_over(body) == (None if media_type == "video/webm" else (3, 2))


ZIP = b"PK\x05\x06" + bytes(18)
NONE_OF_THEM = {
    "nothing": b"",
    "text": b"<html><script>alert(1)</script>",
    "vector": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "archive": ZIP,
    "document": b"%PDF-1.7\n",
    "heic": box(b"ftyp", b"heic\0\0\0\0mif1heic") + bytes(100),
    "matroska": webm(doc_type=b"matroska"),
    "torn header": b"\x89PNG",
    "torn webm": b"\x1a\x45\xdf\xa3",
    "bitmap": b"BM" + bytes(100),
}


@pytest.mark.parametrize("name", NONE_OF_THEM)
def test_anything_else_is_no_medium(name: str) -> None:
    assert kind_of(NONE_OF_THEM[name]) is None


BOMBS = {
    "png": png(100_000, 100_000),
    "jpeg": jpeg(65_535, 65_535),
    "gif": gif(65_535, 65_535),
    "gif of a larger frame": gif(frame=(65_535, 65_535)),
    "webp": webp(16_384, 16_384),
    "webp of a larger canvas": webp(canvas=(16_000_000, 16)),
    "avif": avif(100_000, 100_000),
    "mp4": mp4(60_000, 60_000),
    "a smaller picture first": jpeg() + jpeg(65_535, 65_535),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_header_that_asks_for_too_much_memory_is_refused(name: str) -> None:
    with pytest.raises(TooManyPixels):
        looked_over(BOMBS[name])


def archive_inside() -> bytes:
    """A PNG that is whole, and the last part of which is the comment of an archive."""
    behind = len(png()) - png().index(b"prVt") - 4
    return png(filling=b"PK\x05\x06" + bytes(16) + behind.to_bytes(2, "little"))


TWO_FILES = {
    "an archive behind": png() + ZIP,
    "an archive inside": archive_inside(),
    "a page behind": png() + b"<script>alert(1)</script>",
    "a program behind": jpeg() + b"<?php system($_GET['c']); ?>",
    "a page in a comment": jpeg(comment=b"<script>alert(1)</script>"),
    "a document in a comment": jpeg(comment=b"%PDF-1.7"),
    "a program behind a gif": gif() + b"*/=1;alert(1)",
    "more behind a webp": webp() + b"more",
    "more behind a film": mp4() + b"more",
    "more behind a webm": webm() + b"more",
    "an archive behind a film behind a picture": jpeg() + mp4() + ZIP,
}


@pytest.mark.parametrize("name", TWO_FILES)
def test_a_file_that_is_another_one_as_well_is_refused(name: str) -> None:
    with pytest.raises(Damaged):
        looked_over(TWO_FILES[name])


@pytest.mark.parametrize("media_type", FILES)
def test_a_torn_file_is_refused_wherever_it_is_torn(media_type: str) -> None:
    whole = FILES[media_type]()
    for end in range(1, len(whole)):
        if kind_of(whole[:end]) is not None:
            with pytest.raises(Damaged):
                looked_over(whole[:end])


@pytest.mark.parametrize("media_type", FILES)
def test_a_changed_byte_is_refused_or_does_no_harm(media_type: str) -> None:
    whole = FILES[media_type]()
    for at in range(len(whole)):
        for byte in (0, 1, 0x7F, 0xFF):
            changed = whole[:at] + bytes((byte,)) + whole[at + 1 :]
            if kind_of(changed) is not None:
                with contextlib.suppress(Damaged, TooManyPixels):
                    looked_over(changed)


def test_what_cameras_put_behind_a_picture_is_let_be() -> None:
    assert looked_over(jpeg(40, 30) + jpeg() + bytes(20)) == (40, 30)
    assert looked_over(jpeg(40, 30) + mp4()) == (40, 30)


def test_a_picture_without_pixels_is_no_picture() -> None:
    for body in (png(0, 2), gif(0, 0, frame=(0, 0)), avif(0, 9), mp4(0, 0)):
        with pytest.raises(Damaged):
            looked_over(body)
