"""`palimpsest status`: what runs, how it fares, and what is not ready and why."""

import argparse
import asyncio
import json
import time
from dataclasses import asdict, dataclass

import psutil

from stack.credentials import load as load_credentials
from stack.home import Home
from stack.locking import holder
from stack.loop import Loop, LoopUnseen, as_lines, look
from stack.probe import not_ready
from stack.problem import ExitCode, StackProblem
from stack.settings import StackSettings
from stack.state import ProcessState, StackState, State, load

_DESCRIPTION = """Shows each process with its number, state, age, restarts and memory (PSS), and why it is not ready;
then the loop: lag measured against the log, rates over a second, parked events and jobs that are not done.

Exit codes: 0 everything is ready; 2 wrong usage; 3 something is not; 4 nothing runs."""
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Health:
    """One process as it is now."""

    name: str
    state: str
    pid: int | None
    age_s: float
    restarts: int
    memory_mb: float
    port: int | None
    not_ready: list[str]
    last_exit: str | None


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "status",
        help="what runs, and what is not ready and why",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    home = Home(StackSettings().home.resolve())
    pid = holder(home.lock)
    state = load(home)
    if pid is None or state is None:
        print(json.dumps({"running": False}) if arguments.json else f"nothing runs in {home.path}")
        return ExitCode.CANNOT_START
    found = asyncio.run(examine(state))
    loop = _loop(home, state)
    if arguments.json:
        print(_as_json(state, found, loop))
    else:
        _show(state, found)
        print("\n".join(as_lines(loop) if isinstance(loop, Loop) else [f"the loop cannot be seen: {loop}"]))
    return ExitCode.NOT_READY if any(each.not_ready for each in found) else ExitCode.DONE


async def examine(state: StackState) -> list[Health]:
    """Asks every process at once."""
    return list(await asyncio.gather(*(_examine(each) for each in state.processes)))


async def _examine(process: ProcessState) -> Health:
    missing = [] if process.state == State.READY else [str(process.state)]
    if process.pid and process.port:
        missing = await not_ready(process.port)
    return Health(
        process.name,
        "not ready" if missing and process.state == State.READY else str(process.state),
        process.pid,
        time.time() - process.started_at if process.pid and process.started_at else 0.0,
        process.restarts,
        _memory_mb(process.pid),
        process.port,
        missing,
        process.last_exit,
    )


def _memory_mb(pid: int | None) -> float:
    """Proportional set size of a process and all that it started: shared pages are counted once over all."""
    if pid is None:
        return 0.0
    try:
        root = psutil.Process(pid)
        return sum(_pss(each) for each in (root, *root.children(recursive=True))) / _MIB
    except psutil.Error:
        return 0.0


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


def _loop(home: Home, state: StackState) -> Loop | str:
    """The loop's progress, or why it cannot be told."""
    try:
        known = load_credentials(home)
        return asyncio.run(look(state.urls, known)) if known else "no credentials in this home"
    except (LoopUnseen, StackProblem) as unseen:
        return str(unseen)


def _as_json(state: StackState, found: list[Health], loop: Loop | str) -> str:
    supervisor = {"pid": state.pid, "age_s": time.time() - state.started_at, "memory_mb": _own_mb(state)}
    processes = [asdict(each) for each in found]
    told = {**asdict(loop), "lag": loop.lag} if isinstance(loop, Loop) else {"unseen": loop}
    whole = {"running": True, "supervisor": supervisor, "urls": state.urls, "processes": processes, "loop": told}
    return json.dumps(whole, indent=1)


def _own_mb(state: StackState) -> float:
    try:
        return _pss(psutil.Process(state.pid)) / _MIB
    except psutil.Error:
        return 0.0


def _show(state: StackState, found: list[Health]) -> None:
    own = _own_mb(state)
    together = own + sum(each.memory_mb for each in found)
    print(_row("process", "state", "number", "age", "restarts", "memory", "port"))
    for each in found:
        memory, age = f"{each.memory_mb:.0f} MB", f"{each.age_s:.0f} s"
        print(_row(each.name, each.state, each.pid or "-", age, each.restarts, memory, each.port or ""))
    print(_row("supervisor", "", state.pid, "", "", f"{own:.0f} MB", ""))
    print(_row("together", "", "", "", "", f"{together:.0f} MB", ""))
    for each in found:
        if each.not_ready:
            last = f" (last end: {each.last_exit})" if each.last_exit else ""
            print(f"{each.name} is not ready: {'; '.join(each.not_ready)}{last}")


def _row(*cells: object) -> str:
    name, state, *others = (str(cell) for cell in cells)
    return f"{name:14} {state:11} " + " ".join(f"{cell:>8}" for cell in others)
