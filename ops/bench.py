"""`palimpsest bench`: the benchmark table, as ratios against committed baselines in the same run."""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(arguments: argparse.Namespace) -> int:
    command = [sys.executable, "-m", "benchmarks.run", *arguments.cases]
    if arguments.out:
        command += ["--out", str(arguments.out.resolve())]
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 - our own benchmarks


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("bench", help="measure speed and memory against baselines on this machine")
    parser.add_argument("cases", nargs="*", help="names of cases; all without one")
    parser.add_argument("--out", type=Path, help="folder for the JSON of this run")
    parser.set_defaults(run=run)
