"""Whatever a picture is, its variants show the same, upright, in colours that everybody sees, and say nothing else."""

import base64
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
import pyvips

from kit.pictures.making import make
from kit.pictures.opening import opened as opened_picture
from kit.pictures.pictures import Pictures
from kit.pictures.result import Result
from tests.pictures import corpus
from tests.pictures.corpus import CORNERS, HEIGHT, PICTURES, WIDTH

NAMES = ["thumbnail.jpg", "thumbnail.webp", "medium.jpg", "medium.webp", "large.jpg", "large.webp"]
_PALE = 70
_SAYS_SOMETHING = ("exif", "xmp", "iptc", "icc-profile", "orientation", "gps", "comment")


def made_here(content: bytes, media_type: str) -> tuple[Result, dict[str, bytes]]:
    """The same without a process of its own, which is slow to start."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            found, contents = make(opened_picture(file.fileno(), media_type), avif=False)
        finally:
            pyvips.operation_block_set("VipsForeignLoad", state=False)
    result = Result.model_validate(found)
    return result, {made.name: each for made, each in zip(result.variants, contents, strict=True)}


async def made_of(content: bytes, media_type: str, **how: Any) -> tuple[Result, dict[str, bytes]]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        result, contents = await Pictures(**how).variants(file, media_type)
    return result, {made.name: each for made, each in zip(result.variants, contents, strict=True)}


def plain_of(width: int, height: int, colour: tuple[int, int, int]) -> pyvips.Image:
    return (pyvips.Image.black(width, height) + list(colour)).cast("uchar").copy(interpretation="srgb")


def opened(content: bytes, options: str = "") -> pyvips.Image:
    return pyvips.Image.new_from_buffer(content, options)


def corners(image: pyvips.Image) -> Iterator[list[float]]:
    for y in (image.height // 4, image.height * 3 // 4):
        for x in (image.width // 4, image.width * 3 // 4):
            yield image.colourspace("srgb")(x, y)[:3]


def shows_the_same(image: pyvips.Image, *, tolerance: int = 14) -> bool:
    wanted = zip(corners(image), CORNERS, strict=True)
    return all(abs(a - b) <= tolerance for got, expected in wanted for a, b in zip(got, expected, strict=True))


def says_nothing(image: pyvips.Image) -> bool:
    return not [name for name in image.get_fields() if any(word in name.lower() for word in _SAYS_SOMETHING)]


@pytest.mark.parametrize("name", PICTURES)
def test_every_kind_of_picture_shows_the_same_afterwards(name: str) -> None:
    media_type, made = PICTURES[name]
    result, variants = made_here(made(), media_type)
    assert (result.width, result.height) == (WIDTH, HEIGHT)
    assert list(variants) == NAMES
    for each, content in variants.items():
        image = opened(content)
        side = min(WIDTH, HEIGHT)
        assert (image.width, image.height) == ((side, side) if "thumbnail" in each else (WIDTH, HEIGHT)), each
        assert says_nothing(image), each
        # What is no profile of the file's is guessed, and CMYK knows fewer colours.
        assert "thumbnail" in each or shows_the_same(image, tolerance=_PALE if "CMYK" in name else 14), each
    assert b"Camera" not in b"".join(variants.values())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_upright_however_the_camera_was_held(orientation: int) -> None:
    result, variants = made_here(corpus.lying(orientation), "image/jpeg")
    assert (result.width, result.height) == (WIDTH, HEIGHT)
    image = opened(variants["large.webp"])
    assert (image.width, image.height) == (WIDTH, HEIGHT)
    assert shows_the_same(image)
    assert says_nothing(image)


def test_variants_are_no_larger_than_their_names_say() -> None:
    result, variants = made_here(corpus.picture(2400, 1200).jpegsave_buffer(), "image/jpeg")
    assert (result.width, result.height) == (2400, 1200)
    sizes = {name: (image.width, image.height) for name in NAMES if (image := opened(variants[name]))}
    assert [sizes[name] for name in NAMES[::2]] == [(200, 200), (800, 400), (1600, 800)]
    assert [(made.width, made.height) for made in result.variants] == [sizes[made.name] for made in result.variants]


def test_the_square_is_cut_around_what_catches_the_eye() -> None:
    plain = plain_of(1200, 400, (90, 90, 90))
    _, variants = made_here(plain.draw_rect([255, 0, 0], 1020, 120, 120, 120, fill=True).pngsave_buffer(), "image/png")
    square = opened(variants["thumbnail.webp"])
    assert (square.width, square.height) == (200, 200)
    assert square.extract_band(0).max() > 230


def test_what_can_be_seen_through_can_be_seen_through_as_webp_and_is_white_as_jpeg() -> None:
    _, variants = made_here(corpus.transparent(), "image/png")
    webp, jpeg = opened(variants["large.webp"]), opened(variants["large.jpg"])
    assert webp.hasalpha()
    assert (webp(5, 5)[3], webp(WIDTH - 5, 5)[3]) == (255, 0)
    assert min(jpeg(WIDTH - 5, 5)) > 245


@pytest.mark.parametrize("media_type", ["image/gif", "image/webp"])
def test_what_moves_goes_on_moving_as_webp(media_type: str) -> None:
    content = corpus.moving_gif() if media_type == "image/gif" else corpus.moving_webp()
    result, variants = made_here(content, media_type)
    assert (result.width, result.height) == (WIDTH, HEIGHT)
    for name in ("thumbnail", "medium", "large"):
        image = opened(variants[f"{name}.webp"], "[n=-1]")
        assert (image.get("n-pages"), list(image.get("delay"))) == (3, [70, 70, 70]), name
        still = opened(variants[f"{name}.jpg"])
        assert (still.width, still.height) == (image.width, image.get("page-height"))
    first, second, _ = opened(variants["large.webp"], "[n=-1]").pagesplit()
    assert shows_the_same(first)
    assert shows_the_same(second.rot180())


@pytest.mark.soak
async def test_what_moves_is_held_in_memory_and_not_in_files() -> None:
    _, variants = await made_of(corpus.moving(80, 700, 700).webpsave_buffer(effort=0), "image/webp")
    assert opened(variants["large.webp"]).get("n-pages") == 80


def test_what_moves_for_too_long_stands_still() -> None:
    _, variants = made_here(corpus.moving_gif(301), "image/gif")
    assert "n-pages" not in opened(variants["large.webp"]).get_fields()


def test_a_miniature_and_the_dominant_colour_stand_for_it() -> None:
    wide = plain_of(300, 100, (20, 90, 160))
    result, _ = made_here(wide.draw_rect([250, 200, 40], 0, 0, 60, 100, fill=True).pngsave_buffer(), "image/png")
    assert result.placeholder is not None
    miniature = opened(base64.b64decode(result.placeholder.partition(",")[2]))
    assert (miniature.width, miniature.height) == (16, 5)
    assert len(result.placeholder) < 400
    wanted = (20, 90, 160)
    assert all(
        abs(int(result.colour[at : at + 2], 16) - value) < 8 for at, value in zip((1, 3, 5), wanted, strict=True)
    )


async def test_avif_is_made_when_it_is_wanted() -> None:
    _, variants = await made_of(PICTURES["a PNG"][1](), "image/png", avif=True)
    assert shows_the_same(opened(variants["large.avif"]))
    assert [name for name in variants if name.endswith(".avif")] == ["thumbnail.avif", "medium.avif", "large.avif"]


async def test_the_same_picture_gives_the_same_bytes() -> None:
    content = corpus.lying(6)
    assert (await made_of(content, "image/jpeg"))[1] == (await made_of(content, "image/jpeg"))[1]
