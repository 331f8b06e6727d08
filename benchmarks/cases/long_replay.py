"""The fold of ten times as many events as in `replay`, against that of as many, in one run on one log.

Nothing follows the log meanwhile: the generations are built as of a moment, so that ten million events need no second
copy in Kafka and no live projection, which would take an hour. HTML is rendered in both.
"""

import asyncio
from datetime import UTC, datetime

from benchmarks.bench_stack import BenchStack
from benchmarks.cases.replay import EVENTS, WORKERS, Replayed, generate, replayed
from benchmarks.measurement import Measurement

TIMES = 10
STANDING = ("relay", "projectors", "kafka", "jobs", "query_api", "command_api")


def as_of_now(stack: BenchStack, events: int) -> Replayed:
    asyncio.run(generate(stack, events))
    done = asyncio.run(replayed(stack, "--until", datetime.now(UTC).isoformat()))
    stack.run("prune", "--yes")
    return done


def run(stack: BenchStack) -> list[Measurement]:
    with stack.paused(*STANDING):
        once, often = (as_of_now(stack, events) for events in (EVENTS, TIMES * EVENTS))
    rate, long_rate = once.events / once.fold_s, often.events / often.fold_s
    return [
        Measurement("long replay", f"{once.events:,} events, {WORKERS} workers", rate, "events/s"),
        Measurement("long replay", f"{often.events:,} events", long_rate, "events/s"),
        Measurement("long replay", "many / few", long_rate / rate, "x", 0.85),
        Measurement("long replay", "largest worker, few events", once.most_mb, "MB", 200, is_ceiling=True),
        Measurement("long replay", "largest worker, many events", often.most_mb, "MB", 200, is_ceiling=True),
        Measurement("long replay", "whole command, indexes included / fold", often.whole_s / often.fold_s, "x"),
    ]
