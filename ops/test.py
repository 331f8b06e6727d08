"""`palimpsest test`: everything that guards correctness; `--guards` proves that the tests can fail."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from ops.counts import count
from ops.guards import run_guards

ROOT = Path(__file__).resolve().parent.parent


def run(arguments: argparse.Namespace) -> int:
    """Runs pytest, the guards, or both. Returns pytest's code, or 1 when a guard's test did not fail."""
    if arguments.guards and not arguments.all:
        return run_guards(ROOT, only=arguments.pytest, jobs=arguments.jobs)
    marker = [] if arguments.all else ["-m", "not soak"]
    shared = ["--dist", "loadfile", "--no-loadscope-reorder"]
    workers = [] if arguments.workers == 1 else ["-n", str(arguments.workers), *shared]
    command = [sys.executable, "-m", "pytest", "--durations=15", *workers, *marker, *arguments.pytest]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 - our own test runner
    if arguments.all and not code:
        code = run_guards(ROOT, only=[], jobs=arguments.jobs)
    return code


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "test",
        help="run the tests on real servers",
        description="Exit code 0: all passed; 1: something failed; other codes are pytest's.",
    )
    parser.add_argument("--all", action="store_true", help="also the long soaks and the guards")
    parser.add_argument("--guards", action="store_true", help="only: take out each guard, its test must fail")
    parser.add_argument("--workers", type=count, default=2, help="processes that share the tests (%(default)s)")
    parser.add_argument("--jobs", type=count, default=os.cpu_count() or 1, help="guards tried at a time (%(default)s)")
    parser.add_argument("pytest", nargs="*", help="paths for pytest, or names of guards after --guards")
    parser.set_defaults(run=run)
