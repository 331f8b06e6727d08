"""Goes into the background once ready: the parent at the terminal shows what is said until then."""

import os
import sys
from pathlib import Path

_READY = b"\0"


class Detached:
    """The background half. Its output goes to the parent until `ready`, and to a log file afterwards."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def ready(self, code: int) -> None:
        """Lets the terminal go, where the command ends with `code`."""
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(1, _READY + bytes([code]))
        log = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)


def detach(log: Path) -> Detached:
    """Returns in the background process alone; the one at the terminal exits as that one turns out.

    Forks, so it must be called before any thread or event loop exists.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        sys.exit(_accompany(child, reading))
    os.close(reading)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(writing, 1)
    os.dup2(writing, 2)
    os.close(writing)
    return Detached(log)


def _accompany(child: int, reading: int) -> int:
    """Shows what the background process says; the code that it gives once ready, else the one that it ends with."""
    try:
        while said := os.read(reading, 65536):
            text, is_ready, code = said.partition(_READY)
            os.write(1, text)
            if is_ready:
                return code[0]
    except KeyboardInterrupt:
        os.kill(child, 15)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
