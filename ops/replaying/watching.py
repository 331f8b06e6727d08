"""Shows replays until they end. Leaving it ends nothing but the watching."""

import asyncio
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.log.reader import LogReader
from engine.log.records import LogUnavailable
from engine.replays.presence import is_led
from engine.replays.progress import Progress, progress_of
from engine.replays.replay import State
from kit.database import DATABASE_FAULTS, connect, open_pool
from ops.databases import OperatorUrls
from ops.replaying.lines import as_json, as_text

_EVERY_S = 0.5
_SPAN = 20
"""Looks that a rate is taken over."""
_GOES_ON = "the replay goes on: `palimpsest replay watch` shows it, `palimpsest replay cancel MODEL` ends it"
_UNREACHABLE = (LogUnavailable, *DATABASE_FAULTS)


@dataclass(slots=True)
class _Pace:
    """Events a second over the last looks."""

    seen: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=_SPAN))

    def after(self, position: int) -> float:
        self.seen.append((time.monotonic(), position))
        (first_at, first), (last_at, last) = self.seen[0], self.seen[-1]
        return max(last - first, 0) / (last_at - first_at) if last_at > first_at else 0.0


@contextmanager
def told_what_goes_on() -> Iterator[None]:
    """Whoever leaves by Ctrl-C, from the moment on that a replay is asked for, is told what that ends."""
    try:
        yield
    except asyncio.CancelledError:
        print(f"\n{_GOES_ON}", file=sys.stderr)
        raise


async def watch(urls: OperatorUrls, replays: Sequence[int], *, is_json: bool) -> bool:
    """Until all have ended, or Ctrl-C; whether each came to what was asked for."""
    with told_what_goes_on():
        return await _watch(urls, replays, is_json=is_json)


async def _watch(urls: OperatorUrls, replays: Sequence[int], *, is_json: bool) -> bool:
    """Goes on when a database comes back."""
    screen, paces = _Screen(is_json=is_json), {number: _Pace() for number in replays}
    while True:
        try:
            found, head, is_led = await _look(urls, replays)
        except _UNREACHABLE as problem:
            screen.note(f"a database does not answer ({type(problem).__name__}): waiting")
        else:
            if not is_led:
                screen.note_once("no replayer is at work on this read database: start it (`palimpsest status`)")
            for each in found:
                screen.show(each, paces[each.id].after(each.position), max(head - each.position, 0))
            screen.flush()
            if all(each.has_ended for each in found):
                return all(each.state is State.DONE for each in found)
        await asyncio.sleep(_EVERY_S)


async def _look(urls: OperatorUrls, replays: Sequence[int]) -> tuple[list[Progress], int, bool]:
    """The replays, how many events the log holds, and whether a replayer is at work."""
    connection = await connect(urls.read, application_name="palimpsest replay")
    try:
        found, is_there = await progress_of(connection, replays), await is_led(connection)
    finally:
        await connection.close()
    async with await open_pool(urls.log, size=1, application_name="palimpsest replay") as pool:
        return found, sum((await LogReader(pool).head()).sequences), is_there


class _Screen:
    """On a terminal the lines are written over; elsewhere a line is printed when its state changes, and now and then.

    JSON goes to stdout: it is what a program asked for.
    """

    _REMIND_S = 5.0

    def __init__(self, *, is_json: bool) -> None:
        self._is_json, self._is_terminal = is_json, sys.stderr.isatty() and not is_json
        self._lines: list[str] = []
        self._height = 0
        self._noted: set[str] = set()
        self._said: dict[int, tuple[object, float]] = {}

    def show(self, progress: Progress, per_s: float, lag: int) -> None:
        if self._is_terminal:
            self._lines.append(as_text(progress, per_s, lag))
            return
        what, now = (progress.state, progress.is_paused, progress.problem), time.monotonic()
        said, said_at = self._said.get(progress.id, (None, 0.0))
        every_s = 1.0 if self._is_json else self._REMIND_S
        if what == said and (progress.has_ended or now - said_at < every_s):
            return
        self._said[progress.id] = (what, now)
        print(as_json(progress, per_s, lag) if self._is_json else as_text(progress, per_s, lag), flush=True)

    def note(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)
        self._height = 0

    def note_once(self, text: str) -> None:
        if text not in self._noted:
            self._noted.add(text)
            self.note(text)

    def flush(self) -> None:
        if not self._is_terminal:
            return
        up = f"\x1b[{self._height}A" if self._height else ""
        print(up + "\n".join(f"\r\x1b[K{line}" for line in self._lines), file=sys.stderr, flush=True)
        self._height, self._lines = len(self._lines), []
