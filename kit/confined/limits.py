"""What a process may take. It sets the limits on itself, before it looks at anything."""

import ctypes
import os
import resource
import signal
import sys
from typing import NamedTuple

_DIE_WITH_PARENT = 1
_MOST_FILES = 64
_POLITE = 10


class Limits(NamedTuple):
    memory_bytes: int
    """Of addresses, which is more than what is used."""
    cpu_s: int
    file_bytes: int
    """The longest file that it may write."""

    @property
    def arguments(self) -> list[str]:
        return [*map(str, self), str(os.getpid())]


def confine(arguments: list[str]) -> None:
    """Takes what `Limits.arguments` gave in the process that started this one, and ends with that one."""
    memory_bytes, cpu_s, file_bytes, parent = map(int, arguments)
    _end_with(parent)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_FILES, _MOST_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_POLITE)


def _end_with(parent: int) -> None:
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it could be asked for
        os._exit(1)
