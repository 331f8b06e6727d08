"""Films as cameras, browsers and worse make them: of a second, small enough to be made anew for each run."""

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import imageio_ffmpeg

_PICTURE = ("-f", "lavfi", "-i", "testsrc=size={size}:rate=10:duration={seconds}")
_SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:duration={seconds}")

FILMS: Mapping[str, tuple[str, str, Sequence[str]]] = {
    "an MP4 of MPEG-4 part 2": ("video/mp4", "mp4", ("-c:v", "mpeg4", "-c:a", "aac")),
    "a MOV of Motion JPEG with plain sound": ("video/quicktime", "mov", ("-c:v", "mjpeg", "-c:a", "pcm_s16le")),
    "a MOV of ProRes": ("video/quicktime", "mov", ("-c:v", "prores_ks", "-c:a", "pcm_s16le")),
    "a WebM of VP8 and Vorbis": ("video/webm", "webm", ("-c:v", "libvpx", "-c:a", "libvorbis")),
    "a WebM of VP9 and Opus": (
        "video/webm",
        "webm",
        ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-c:a", "libopus"),
    ),
    "an MP4 of H.264 without sound": ("video/mp4", "mp4", ("-c:v", "libx264", "-an")),
    "an MP4 of ten bits a channel": ("video/mp4", "mp4", ("-c:v", "libx264", "-pix_fmt", "yuv420p10le", "-an")),
}
"""By what they are: type, ending, how they are made."""


def film(name: str, *, size: str = "96x64", seconds: int = 1) -> bytes:
    _, ending, options = FILMS[name]
    return _made(ending, size, seconds, *options)


def described(size: str = "96x64") -> bytes:
    """With a title, a chapter's worth of words, and the place where it was taken."""
    said = ("-metadata", "title=A secret", "-metadata", "location=+48.2082+016.3738/", "-metadata", "comment=hidden")
    return _made("mp4", size, 1, "-c:v", "libx264", "-an", *said)


def sound_alone() -> bytes:
    return _run("mp4", *_filled(_SOUND, "", 1), "-c:a", "aac")


def still(size: str) -> bytes:
    """One picture of this size, of one colour."""
    return _run("mov", "-f", "lavfi", "-i", f"color=size={size}:rate=1:duration=1", "-c:v", "mjpeg", "-an")


def many_tracks(count: int) -> bytes:
    """One that shows something, and this many of sound."""
    sounds = [part for _ in range(count) for part in ("-map", "1:a")]
    shown = [*_filled(_PICTURE, "96x64", 1), *_filled(_SOUND, "", 1)]
    return _run("mp4", *shown, "-map", "0:v", *sounds, "-c:v", "mpeg4", "-c:a", "aac")


def turned() -> bytes:
    """A film that lies on its side, and says so."""
    with tempfile.NamedTemporaryFile(suffix=".mp4") as lying:
        lying.write(_made("mp4", "96x64", 1, "-c:v", "libx264", "-an"))
        lying.flush()
        return _run("mp4", "-display_rotation", "90", "-i", lying.name, "-c", "copy")


@cache
def _made(ending: str, size: str, seconds: int, *options: str) -> bytes:
    return _run(ending, *_filled(_PICTURE, size, seconds), *_filled(_SOUND, size, seconds), "-shortest", *options)


def _filled(parts: Sequence[str], size: str, seconds: int) -> list[str]:
    return [part.format(size=size, seconds=seconds) for part in parts]


def _run(ending: str, *arguments: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film.{ending}"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *arguments, str(path)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        return path.read_bytes()
