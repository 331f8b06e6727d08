"""Runs a program to its end: migrations, the topic, the first admin."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from stack.program import Program

ROOT = Path(__file__).resolve().parents[1]


class OneShotFailed(RuntimeError):  # noqa: N818 - named for the fact
    """It ended with another code than 0; the message is its last words."""


def python_program(arguments: tuple[str, ...], environment: Mapping[str, str]) -> Program:
    """Our own Python running one of our modules with these settings and nothing else of our environment."""
    own = {"PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    # glibc gives each thread its own arena otherwise, which a small process never fills.
    own["MALLOC_ARENA_MAX"] = "2"
    return Program((sys.executable, *arguments), {**own, **environment})


async def run_once(arguments: tuple[str, ...], environment: Mapping[str, str]) -> str:
    """Its standard output.

    Raises:
        OneShotFailed: naming why.
    """
    program = python_program(arguments, environment)
    process = await asyncio.create_subprocess_exec(
        *program.argv(),
        env=dict(program.environment),
        cwd="/",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    if process.returncode:
        raise OneShotFailed(_last_words(errors.decode("utf-8", "replace")) or f"exit code {process.returncode}")
    return output.decode()


def _last_words(errors: str) -> str:
    last = errors.strip().rpartition("\n")[2]
    try:
        line = json.loads(last)
        return str(line.get("reason") or line["event"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return last if "Traceback (most recent call last)" in errors else errors.strip()[-2000:]
