"""Starts a confined program, hands it files, and ends it when its time is over or nobody waits for it any more."""

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

import kit
from kit.confined.limits import Limits

_HOME = Path(kit.__path__[0]).parent
_TOLD_BYTES = 64 << 10
_ITS_OWN_FAULT = frozenset(
    {
        signal.SIGXCPU,
        signal.SIGSEGV,
        signal.SIGBUS,
        signal.SIGABRT,
        signal.SIGTRAP,
        signal.SIGILL,
        signal.SIGFPE,
        signal.SIGXFSZ,
    }
)
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",
    "VIPS_CONCURRENCY": "1",
    "VIPS_DISC_THRESHOLD": "8g",
    "G_SLICE": "always-malloc",
}
"""Nothing of ours: what looks at a stranger's file need know no secret. Little memory, and no files besides."""


class OutOfTime(Exception):  # noqa: N818 - named for the fact
    """It was ended because it took too long: the machine may be busy, so it may be tried again."""


class Killed(Exception):  # noqa: N818 - named for the fact
    """Somebody ended it from outside."""


class Ended(NamedTuple):
    code: int
    told: str
    """The end of what it said on stderr."""

    @property
    def is_broken(self) -> bool:
        """It fell over what it was given, or reached a limit."""
        return -self.code in _ITS_OWN_FAULT


def module(name: str, limits: Limits, *arguments: str) -> list[str]:
    """A command that runs a module of ours, which confines itself."""
    return [sys.executable, "-m", name, *limits.arguments, *arguments]


def program(path: str, limits: Limits, *arguments: str) -> list[str]:
    """A command that runs any program."""
    return [sys.executable, "-m", "kit.confined", *limits.arguments, path, *arguments]


async def run(  # noqa: PLR0913 - what a process is given
    command: Sequence[str],
    *,
    given: IO[bytes],
    made: IO[bytes] | None = None,
    others: Sequence[IO[bytes]] = (),
    timeout_s: float,
    each_line: Callable[[str], None] | None = None,
) -> Ended:
    """Waits for its end: `given` is its stdin, `made` its stdout; without it, `each_line` gets what it says there.

    The `others` it has under the numbers that they have here.

    Raises:
        OutOfTime, Killed.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=given,
        stdout=asyncio.subprocess.PIPE if made is None else made,
        stderr=asyncio.subprocess.PIPE,
        pass_fds=[file.fileno() for file in others],
        env=ENVIRONMENT,
        cwd=_HOME,
    )
    try:
        async with asyncio.timeout(timeout_s):
            told, _ = await asyncio.gather(_tail(process.stderr), _lines(process.stdout, each_line))
            code = await process.wait()
    except TimeoutError:
        raise OutOfTime(f"not done within {timeout_s:.0f} s") from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if -code in {signal.SIGKILL, signal.SIGTERM}:
        raise Killed(signal.Signals(-code).name)
    return Ended(code, told)


async def _tail(stream: asyncio.StreamReader | None) -> str:
    kept = b""
    while stream is not None and (piece := await stream.read(_TOLD_BYTES)):
        kept = (kept + piece)[-_TOLD_BYTES:]
    return kept.decode(errors="replace")


async def _lines(stream: asyncio.StreamReader | None, each: Callable[[str], None] | None) -> None:
    rest = b""
    while stream is not None and (piece := await stream.read(_TOLD_BYTES)):
        *whole, rest = (rest + piece)[-_TOLD_BYTES:].split(b"\n")
        for line in whole:
            if each is not None:
                each(line.decode(errors="replace"))
