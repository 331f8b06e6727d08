"""What ffmpeg is asked to do. It reads the one file that it was given, by the one reader of its type."""

from collections.abc import Sequence

MOST_PIXELS = 36_000_000
"""Of one frame: 8K, and a little more."""
MOST_STREAMS = 32
_LONG_SIDE, _SHORT_SIDE = 1920, 1080
_READERS = {"video/mp4": "mov", "video/quicktime": "mov", "video/webm": "matroska"}
_QUIETLY = ("-hide_banner", "-nostdin", "-loglevel", "warning", "-y")
# Two threads whatever the machine has, no dates and no version: the same film gives the same bytes.
_THREADS = ("-threads", "2")
_SAME_BYTES = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags", "+bitexact")
# Square pixels, upright, no larger than 1080p whichever way it lies, and even sides, which H.264 wants.
_SCALED = (
    "scale=w='trunc(iw*if(sar,sar,1)/2)*2':h='trunc(ih/2)*2',setsar=1,"
    f"scale=w='if(gte(iw,ih),min({_LONG_SIDE},iw),min({_SHORT_SIDE},iw))'"
    f":h='if(gte(iw,ih),min({_SHORT_SIDE},ih),min({_LONG_SIDE},ih))'"
    ":force_original_aspect_ratio=decrease:force_divisible_by=2:out_range=tv,format=yuv420p"
)
_FILM = ("-c:v", "libx264", "-preset", "medium", "-crf", "23", "-profile:v", "high", *_THREADS, "-fpsmax", "60")
_SOUND = ("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000")
_POSTER = "fps=3,thumbnail=24"
_POSTER_FROM_S = 8


def probing(media_type: str) -> list[str]:
    """Says what is in it, and ends with an error for want of anything to do."""
    return ["-hide_banner", "-nostdin", *_reading(media_type)]


def converting(media_type: str, made: int, most_s: int) -> list[str]:
    """To an MP4 that begins to play before all of it was loaded, into the file of this descriptor."""
    return [
        *_QUIETLY,
        *("-progress", "pipe:1", "-stats_period", "1"),
        *_reading(media_type),
        *("-map", "0:v:0", "-map", "0:a:0?", "-sn", "-dn", "-t", str(most_s + 1)),
        *_SAME_BYTES,
        *("-vf", _SCALED, *_FILM, *_SOUND),
        *("-movflags", "+faststart", "-f", "mp4", _into(made)),
    ]


def picturing(made: int) -> list[str]:
    """To a PNG of the most telling moment of the first seconds of an MP4 of ours."""
    return [
        *_QUIETLY,
        *_reading("video/mp4"),
        *("-map", "0:v:0", "-t", str(_POSTER_FROM_S), "-vf", _POSTER, "-frames:v", "1"),
        *("-c:v", "png", "-f", "image2pipe", _into(made)),
    ]


def _reading(media_type: str) -> Sequence[str]:
    only = ("-protocol_whitelist", "fd", "-f", _READERS[media_type], "-max_streams", str(MOST_STREAMS))
    return (*only, *_THREADS, "-max_pixels", str(MOST_PIXELS), "-fd", "0", "-i", "fd:")


def _into(descriptor: int) -> str:
    return f"file:/dev/fd/{descriptor}"
