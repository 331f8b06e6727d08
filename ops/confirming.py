"""Asks before something is changed or destroyed."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def add_yes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="do not ask")


def confirmed(options: argparse.Namespace, question: str) -> bool:
    """Whether to go on. Without --yes and without a terminal the answer is no: the command then exits with 2.

    Args:
        options: with `yes`, as `add_yes` gives it.
        question: what would be done, without a question mark.
    """
    if options.yes:
        return True
    if not sys.stdin.isatty():
        print(f"{question}: nothing was done, say --yes", file=sys.stderr)
        return False
    with _ended_by_ctrl_c():
        print(f"{question}? [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in {"y", "yes"}


@contextmanager
def _ended_by_ctrl_c() -> Iterator[None]:
    """An event loop would only note the first one, and go on waiting for the answer."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
