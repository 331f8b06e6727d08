"""`palimpsest logs`: the log of every process in the order of time, or of one; and what is added to it."""

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from stack.home import Home
from stack.problem import ExitCode, StackProblem
from stack.settings import StackSettings

_DESCRIPTION = """Shows the last lines of all processes' logs in the order of time, or of the named ones.

Exit codes: 0 shown; 2 wrong usage, or no such log."""
_LEVELS = ("debug", "info", "warning", "error", "critical")
_POLL_S = 0.2
_TAIL_BYTES = 512 * 1024
_SHOWN_FIRST = ("timestamp", "level", "process", "event")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "logs",
        help="the log of every process, or of one",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("process", nargs="*", help="names, such as relay or postgres-log")
    parser.add_argument("--follow", "-f", action="store_true", help="go on with what is added")
    parser.add_argument("--level", choices=_LEVELS, default="debug", help="the least level that is shown")
    parser.add_argument("--lines", "-n", type=int, default=50, help="how many to begin with (50)")
    parser.add_argument("--json", action="store_true", help="lines as they are in the file")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    files = _files(Home(StackSettings().home.resolve()), arguments.process)
    least = _LEVELS.index(arguments.level)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        ends = {file: file.stat().st_size for file in files}
        earlier = [line for file in files for line in _tail(file)]
        wanted = sorted((each for each in earlier if _rank(each) >= least), key=lambda line: str(line.get("timestamp")))
        for line in wanted[len(wanted) - min(arguments.lines, len(wanted)) :]:
            _show(line, as_json=arguments.json)
        if arguments.follow:
            for line in _added(ends):
                if _rank(line) >= least:
                    _show(line, as_json=arguments.json)
    return ExitCode.DONE


def _files(home: Home, names: list[str]) -> list[Path]:
    known = {file.stem: file for file in sorted(home.logs.glob("*.jsonl"))}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise StackProblem(f"no log of {', '.join(unknown)}; there are: {', '.join(known) or 'none'}", ExitCode.USAGE)
    return [known[name] for name in names or known]


def _tail(file: Path) -> list[dict[str, Any]]:
    """The lines of the file's last part. An operator who wants more opens the file."""
    with file.open("rb") as source:
        start = max(0, file.stat().st_size - _TAIL_BYTES)
        source.seek(start)
        lines = source.read().split(b"\n")[1 if start else 0 :]
    return [line for raw in lines if (line := _parse(raw))]


def _added(ends: dict[Path, int]) -> Iterator[dict[str, Any]]:
    """What is written from now on, over rotations."""
    sources = {file: _open_at(file, end) for file, end in ends.items()}
    while True:
        for file, source in sources.items():
            for raw in source:
                if line := _parse(raw):
                    yield line
            if file.exists() and file.stat().st_ino != Path(f"/proc/self/fd/{source.fileno()}").stat().st_ino:
                source.close()
                sources[file] = _open_at(file, 0)
        time.sleep(_POLL_S)


def _open_at(file: Path, offset: int) -> IO[bytes]:
    source = file.open("rb")
    source.seek(offset)
    return source


def _parse(raw: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


def _rank(line: dict[str, Any]) -> int:
    level = str(line.get("level", "info")).lower()
    return _LEVELS.index(level) if level in _LEVELS else 1


def _show(line: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(line), flush=True)
        return
    first = (str(line.get(name, "")) for name in _SHOWN_FIRST)
    more = (f"{name}={value}" for name, value in line.items() if name not in _SHOWN_FIRST)
    sys.stdout.write(" ".join((*first, *more)) + "\n")
    sys.stdout.flush()
