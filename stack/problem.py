"""What stops a stack command, said for the person at the terminal."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Documented in each command's --help."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_READY = 3
    CANNOT_START = 4
    MACHINE = 5


class StackProblem(Exception):  # noqa: N818 - a problem of the machine, not of the program
    """A reason to stop, in words that say what to do."""

    def __init__(self, message: str, code: ExitCode = ExitCode.CANNOT_START) -> None:
        super().__init__(message)
        self.code = code
