"""`palimpsest check`: format, lint, types and layers, as CI runs them."""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CHECKS = (
    ("format", [sys.executable, "-m", "ruff", "format", "--check", "--quiet", "."]),
    ("lint", [sys.executable, "-m", "ruff", "check", "--quiet", "."]),
    ("types", [sys.executable, "-m", "mypy", "."]),
    ("layers", [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]),
)


def run(_: argparse.Namespace) -> int:
    """Runs every check, also after one has failed. Returns 1 when any failed."""
    failed = []
    for name, command in CHECKS:
        print(f"== {name}", flush=True)
        if subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603 - fixed commands of our own
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("check", help="format, lint, types and layers of this checkout")
    parser.set_defaults(run=run)
