"""Numbers on the command line: how many, and from where in the log."""

import argparse

_MOST = 1_000_000


def count(text: str) -> int:
    """How many.

    Raises:
        argparse.ArgumentTypeError: not a number from 1 to a million.
    """
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"must be a number from 1 to {_MOST}")
    return int(text)


def position(text: str) -> int:
    """A position in the log, or 0 for before its first event.

    Raises:
        argparse.ArgumentTypeError: not a number, or too large for one.
    """
    if not text.isdecimal() or int(text) >= 1 << 62:
        raise argparse.ArgumentTypeError("must be a position in the log: a number from 0")
    return int(text)
