"""Jobs: from an event to its job, an idle worker's CPU, trivial jobs through the ledger, and a worker's memory."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import psutil

from benchmarks.bench_stack import ROOT, BenchStack
from benchmarks.measurement import Measurement

STARTS, BETWEEN_S = 120, 0.5
IDLE_S = 20.0
TRIVIAL, FIRST, MANY = 5_000, 10_000, 100_000
DEADLINE_S = 900
_BEGUN = """
    SELECT extract(epoch FROM l.begun_at - e.recorded_at)::float8 * 1000 AS ms
      FROM job_ledger AS l JOIN events AS e ON e.position = l.position
     WHERE l.job = 'retag_posts' AND l.begun_at IS NOT NULL AND e.position > $1 ORDER BY 1
"""
_ENTER = """
    INSERT INTO job_ledger (event_id, job, position, resend_at)
    SELECT gen_random_uuid(), 'trivial', e.position, clock_timestamp()
      FROM generate_series(1, $1) AS number
      JOIN (SELECT position, row_number() OVER (ORDER BY position) - 1 AS place, count(*) OVER () AS total
              FROM (SELECT position FROM events WHERE type = 'PostDrafted' ORDER BY position LIMIT 1000) AS drafts) AS e
        ON e.place = number % e.total
"""
_LEFT = "SELECT count(*) FROM job_ledger WHERE job = 'trivial' AND state IN ('waiting', 'running')"
_HEAD = "SELECT coalesce(max(position), 0) FROM events"


async def ask(url: str, question: str, *values: Any) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question, *values)
    finally:
        await connection.close()


async def column(url: str, question: str, *values: Any) -> list[float]:
    connection = await asyncpg.connect(url)
    try:
        return [row[0] for row in await connection.fetch(question, *values)]
    finally:
        await connection.close()


def starts(stack: BenchStack) -> list[Measurement]:
    """Renamed tags, one at a time: what they cause begins at once, and does nothing."""
    head = asyncio.run(ask(stack.url("log"), _HEAD))
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.command_port}", timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {stack.access_token()}"
        for number in range(STARTS):
            body, key = {"name": f"Bench {number} {uuid4().hex[:6]}"}, {"Idempotency-Key": str(uuid4())}
            client.post(f"/tags/bench-{uuid4().hex[:10]}/rename", json=body, headers=key).raise_for_status()
            time.sleep(BETWEEN_S)
    time.sleep(2)
    found = asyncio.run(column(stack.url("log"), _BEGUN, head))
    if len(found) < STARTS:
        raise RuntimeError(f"{len(found)} of {STARTS} jobs have begun")
    p50, p99 = found[len(found) // 2], found[int(len(found) * 0.99)]
    return [
        Measurement("jobs", "event to job started, idle, p50", p50, "ms", 60, is_ceiling=True),
        Measurement("jobs", "event to job started, idle, p99", p99, "ms", 250, is_ceiling=True),
    ]


def idle_cpu(stack: BenchStack) -> Measurement:
    process = psutil.Process(stack.pid("jobs"))
    time.sleep(5)
    before, started = sum(process.cpu_times()[:2]), time.perf_counter()
    time.sleep(IDLE_S)
    share = (sum(process.cpu_times()[:2]) - before) / (time.perf_counter() - started)
    return Measurement("jobs", "idle worker's CPU", 100 * share, "% of a core", 3, is_ceiling=True)


@contextmanager
def trivial_worker(stack: BenchStack) -> Iterator[psutil.Process]:
    settings = {
        "PALIMPSEST_LOG_URL": stack.url("log", role="palimpsest_jobs"),
        "PALIMPSEST_READ_URL": stack.url("read", role="palimpsest_jobs"),
        "PALIMPSEST_REDIS_URL": redis_url(stack),
        "PALIMPSEST_SECRET": stack.credentials()["secret"],
        "PALIMPSEST_BUS": "log",
        "PALIMPSEST_INSTANCE": "trivial",
    }
    command = [sys.executable, "-m", "benchmarks.trivial_jobs"]
    with (stack.home / "logs" / "trivial.log").open("ab") as log:
        worker = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=log, stderr=log)
    try:
        yield psutil.Process(worker.pid)
    finally:
        worker.kill()
        worker.wait()


def redis_url(stack: BenchStack) -> str:
    password, place = stack.credentials()["valkey"], stack.state()["urls"]["redis"].removeprefix("redis://")
    return f"redis://:{password}@{place.rpartition('@')[2]}"


def done(stack: BenchStack, count: int) -> float:
    """Enters so many, and gives the rate at which they were done."""
    url = stack.url("log")
    asyncio.run(ask(url, _ENTER, count))
    started = time.perf_counter()
    while asyncio.run(ask(url, _LEFT)):
        if time.perf_counter() - started > DEADLINE_S:
            raise RuntimeError("jobs are left")
        time.sleep(0.1)
    return count / (time.perf_counter() - started)


def through_the_ledger(stack: BenchStack) -> list[Measurement]:
    command = [sys.executable, "-m", "benchmarks.baselines.bare_dramatiq", redis_url(stack), str(TRIVIAL)]
    ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    bare = float(ran.stdout.split()[-1])
    with trivial_worker(stack) as worker:
        done(stack, 500)
        rate = done(stack, TRIVIAL)
        done(stack, FIRST - TRIVIAL - 500)
        first = worker.memory_info().rss
        done(stack, MANY - FIRST)
        last = worker.memory_info().rss
    return [
        Measurement("jobs", "bare Dramatiq on Valkey, no ledger", bare, "/s"),
        Measurement("jobs", "trivial jobs through the ledger", rate, "/s", note="a tenth is parked"),
        Measurement("jobs", "ledger / bare", rate / bare, "x", 0.4),
        Measurement("jobs", "worker's memory after 10k jobs", first / 1e6, "MB"),
        Measurement("jobs", "memory after 100k jobs / after 10k", last / first, "x", 1.1, is_ceiling=True),
    ]


def run(stack: BenchStack) -> list[Measurement]:
    measured = [idle_cpu(stack), *starts(stack)]
    stack.run("generate", "--events", "2000", "--seed", "424242")
    with stack.paused("jobs", "projectors", "replayer", "query_api", "command_api"):
        return [*measured, *through_the_ledger(stack)]
