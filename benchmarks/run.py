"""Runs benchmark cases on a stack of its own, prints the table and keeps the JSON."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.bench_stack import BenchStack, bench_stack
from benchmarks.cases import memory
from benchmarks.machine import hardware, server_settings
from benchmarks.measurement import Measurement, as_markdown

CASES = (
    "append",
    "corpus",
    "get_post",
    "threads",
    "changes",
    "post_posts",
    "visible",
    "likes",
    "backlog",
    "lists",
    "search",
    "feed",
    "jobs",
    "webhooks",
    "realworld",
    "images",
    "memory",
    "replay",
    "beside_replay",
    "long_replay",
)
"""In this order: the last ones fill the log."""
RESULTS = Path(__file__).resolve().parent / "results"


def circumstances(stack: BenchStack) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "hardware": hardware(),
        "log_server": asyncio.run(server_settings(stack.url("log"))),
        "read_server": asyncio.run(server_settings(stack.url("read"))),
    }


def starting(stack: BenchStack) -> list[Measurement]:
    warm = Measurement("up", "ready, packages installed", stack.up_s, "s", 15, is_ceiling=True)
    return [warm, *memory.idle(stack)]


def measure(
    stack: BenchStack, case: str, cases: dict[str, Callable[[BenchStack], list[Measurement]]]
) -> list[Measurement]:
    began = time.perf_counter()
    measured = cases[case](stack)
    print(f"\n## {case} ({time.perf_counter() - began:.0f} s)\n\n{as_markdown(measured)}", flush=True)
    return measured


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser("palimpsest bench")
    parser.add_argument("cases", nargs="*", choices=[[], *CASES], help=f"of {', '.join(CASES)}; all without one")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    runs = {name: import_module(f"benchmarks.cases.{name}").run for name in CASES}
    with bench_stack() as stack:
        found = circumstances(stack)
        print(json.dumps(found, indent=1))
        measurements = starting(stack)
        print(as_markdown(measurements), flush=True)
        for case in options.cases or CASES:
            measurements += measure(stack, case, runs)
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / f"{found['at'].replace(':', '')[:15]}.json"
    file.write_text(json.dumps({**found, "measurements": [asdict(each) for each in measurements]}, indent=1) + "\n")
    missed = [m for m in measurements if m.verdict == "MISSED"]
    print(f"{as_markdown(measurements)}\nkept in {file.name}; {len(missed)} missed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
