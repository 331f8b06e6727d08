"""Makes the variants of the picture that is its stdin, into the file that is its stdout: confined from its first line.

Exit codes: 0 made, 3 refused, with the reason as the last line of stderr.
"""

import json
import sys

from kit.confined.limits import confine

_LIMITS, REFUSED = 4, 3
_LONGEST_BYTES = 48 << 20


def main(media_type: str, *, avif: bool, longest_bytes: int) -> int:
    import pyvips  # noqa: PLC0415 - not before there are limits

    from kit.pictures import making, opening  # noqa: PLC0415 - the same

    pyvips.cache_set_max(0)
    try:
        found, contents = making.make(opening.opened(sys.stdin.fileno(), media_type), avif=avif)
    except opening.Refused as refused:
        return _refused(str(refused))
    except (pyvips.Error, MemoryError):
        return _refused("It cannot be decoded: it is damaged, or takes too much memory.")
    if sum(map(len, contents)) > longest_bytes:
        return _refused("Its variants would be too large; make it shorter.")
    sys.stdout.buffer.writelines((json.dumps(found).encode(), b"\n", *contents))
    sys.stdout.buffer.flush()
    return 0


def _refused(why: str) -> int:
    sys.stderr.write(f"{why}\n")
    return REFUSED


if __name__ == "__main__":
    confine(sys.argv[1 : 1 + _LIMITS])
    sys.exit(main(sys.argv[1 + _LIMITS], avif="avif" in sys.argv[2 + _LIMITS :], longest_bytes=_LONGEST_BYTES))
