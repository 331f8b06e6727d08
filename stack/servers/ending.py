"""Waits for processes to end that are not our children."""

import time
from collections.abc import Iterable

import psutil

_POLL_S = 0.02


def is_alive(process: psutil.Process) -> bool:
    """A zombie is not: it holds nothing any more, and where nobody collects it, it stays for ever."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def still_alive(processes: Iterable[psutil.Process], patience_s: float) -> list[psutil.Process]:
    """Those that have not ended after `patience_s`."""
    deadline = time.monotonic() + patience_s
    alive = [each for each in processes if is_alive(each)]
    while alive and time.monotonic() < deadline:
        time.sleep(_POLL_S)
        alive = [each for each in alive if is_alive(each)]
    return alive
