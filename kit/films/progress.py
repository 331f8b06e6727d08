"""How far ffmpeg is, by the lines that it writes for programs."""

from collections.abc import Callable

_PLACE = "out_time_us="


def told_to(tell: Callable[[int], None]) -> Callable[[str], None]:
    """Takes lines; tells how much of the film is made, in milliseconds."""

    def line(text: str) -> None:
        value = text.removeprefix(_PLACE).strip()
        if text.startswith(_PLACE) and value.isdecimal():
            tell(int(value) // 1000)

    return line
