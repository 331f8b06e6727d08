"""Ends what an earlier, killed run left of a server, so that its data folder is ours alone."""

import contextlib
import signal
import time
from pathlib import Path

import psutil

from stack.servers.ending import still_alive

_PATIENCE_S = 15.0


def end_postmaster(folder: Path) -> None:
    """Waits for, then ends, a PostgreSQL that still runs on this folder, and removes its stale postmaster.pid.

    Only a process whose command line names this very folder is touched: the number may be somebody else's by now.
    """
    file = folder / "postmaster.pid"
    if not file.exists():
        return
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(file.read_text(encoding="utf-8").splitlines()[0])
        end_process(pid, str(folder), (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL))
    _await_backends(folder)
    file.unlink(missing_ok=True)


def end_process(pid: int, mark: str, signals: tuple[signal.Signals, ...]) -> None:
    """Ends process `pid` if `mark` is a word of its command line, with one signal after another."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for each in signals:
            if mark not in process.cmdline():
                return
            process.send_signal(each)
            if not still_alive([process], _PATIENCE_S / len(signals)):
                return


def _await_backends(folder: Path) -> None:
    """Server processes outlive a killed postmaster for a moment; a new one refuses to start beside them."""
    deadline = time.monotonic() + _PATIENCE_S
    while _has_processes_in(folder) and time.monotonic() < deadline:
        time.sleep(0.05)


def _has_processes_in(folder: Path) -> bool:
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error, OSError):
            if process.info["name"] == "postgres" and Path(process.cwd()) == folder.resolve():
                return True
    return False
