"""Ends what a killed supervisor left running, before a new one starts on the same home."""

import contextlib
import os
import signal

import psutil

from stack.home import Home
from stack.servers.ending import still_alive
from stack.state import ProcessState, load

_PATIENCE_S = 5.0
_CLOCK_SLACK_S = 2.0


def end_leftovers(home: Home) -> None:
    """The kernel ends our children with us, but not in an instant, and not what they started themselves."""
    state = load(home)
    if state is None:
        return
    left = [found for each in state.processes if (found := _same_process(each))]
    alive = still_alive(left, _PATIENCE_S)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    still_alive(alive, _PATIENCE_S)
    for each in state.processes:
        if each.pid and not psutil.pid_exists(each.pid):
            # Its session's group, if grandchildren keep it alive; the number is not reused while they do.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(each.pid, signal.SIGKILL)


def _same_process(known: ProcessState) -> psutil.Process | None:
    """The process itself, and not another one that has got its number since."""
    if known.pid is None or known.started_at is None:
        return None
    try:
        process = psutil.Process(known.pid)
        return process if abs(process.create_time() - known.started_at) < _CLOCK_SLACK_S else None
    except psutil.NoSuchProcess:
        return None
