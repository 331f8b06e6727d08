"""The relay and the projectors working off a backlog of generated events, and the library eventsourcing doing so."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import asyncpg
from eventsourcing.projection import ProjectionRunner

from benchmarks.baselines.eventsourcing_blog import Blog, Posts, PostTable, environment
from benchmarks.bench_stack import ROOT, BenchStack
from benchmarks.cases.append import grouped
from benchmarks.cases.post_posts import BODY
from benchmarks.measurement import Measurement
from benchmarks.scratch_log import ScratchLog, scratch_log

EVENTS = 60_000
SMALL_EVENTS = 60_000
THEIR_EVENTS = 18_000
DEADLINE_S = 600
RELAYED = "SELECT position FROM relay_cursor"
HEAD = "SELECT coalesce(max(position), 0) FROM events"
PROJECTED = """
SELECT coalesce(sum(slowest), 0)::bigint
  FROM (SELECT min(c.sequence) AS slowest
          FROM projection.checkpoints c
          JOIN projection.generations g ON g.model = c.model AND g.number = c.generation AND g.state = 'serving'
         GROUP BY c.partition) AS partitions
"""


async def ask(url: str, question: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval(question))
    finally:
        await connection.close()


async def worked_off(url: str, question: str, goal: int) -> float:
    """Events a second from the first progress to the goal."""
    connection = await asyncpg.connect(url)
    try:
        start = at = int(await connection.fetchval(question))
        while at == start:
            await asyncio.sleep(0.005)
            at = int(await connection.fetchval(question))
        first, began = at, time.perf_counter()
        while at < goal:
            if time.perf_counter() - began > DEADLINE_S:
                raise TimeoutError(f"{at} of {goal}")
            await asyncio.sleep(0.02)
            at = int(await connection.fetchval(question))
        return (at - first) / (time.perf_counter() - began)
    finally:
        await connection.close()


def generate(stack: BenchStack, seed: int) -> None:
    stack.run("generate", "--events", str(EVENTS), "--seed", str(seed))


def relay_rate(stack: BenchStack) -> float:
    head = asyncio.run(ask(stack.url("log"), HEAD))
    return asyncio.run(worked_off(stack.url("log"), RELAYED, head))


def eventsourcing_projection(stack: BenchStack) -> float:
    parts = urlsplit(stack.url("log", "postgres"))
    settings = environment(
        database="postgres",
        host=str(parts.hostname),
        port=int(parts.port or 0),
        user="postgres",
        password=str(stack.credentials()["postgres"]),
    )
    app = Blog(env=settings)
    for number in range(THEIR_EVENTS // 3):
        post = app.draft(f"Post {number}", BODY, ["load"])
        app.revise(post, BODY + "again")
        app.publish(post)
    last = app.recorder.max_notification_id()
    app.close()
    began = time.perf_counter()
    with ProjectionRunner(application_class=Blog, projection_class=Posts, view_class=PostTable, env=settings) as runner:
        runner.wait(last, timeout=DEADLINE_S)
        return int(last or 0) / (time.perf_counter() - began)


@contextmanager
def small_relay(stack: BenchStack, log: ScratchLog) -> Iterator[None]:
    """A relay of its own from the scratch log to a topic of its own."""
    settings = {
        **stack.environment,
        "PALIMPSEST_LOG_URL": log.url("palimpsest_relay"),
        "PALIMPSEST_KAFKA": stack.state()["urls"]["kafka"],
        "PALIMPSEST_TOPIC": "palimpsest.bench",
        "PALIMPSEST_HTTP_PORT": "0",
    }
    subprocess.run([sys.executable, "-m", "relay.provision"], cwd=ROOT, env=settings, check=True, capture_output=True)
    relay = subprocess.Popen([sys.executable, "-m", "relay"], cwd=ROOT, env=settings, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        relay.terminate()
        relay.wait(20)


def small_rate(stack: BenchStack) -> float:
    """480-byte events, as many as 16 writers append in their time."""
    log = scratch_log(stack)
    while asyncio.run(ask(log.url(), HEAD)) < SMALL_EVENTS:
        asyncio.run(grouped(log.url("palimpsest_command"), 256))
    head = asyncio.run(ask(log.url(), HEAD))
    with small_relay(stack, log):
        return asyncio.run(worked_off(log.url(), RELAYED, head))


def run(stack: BenchStack) -> list[Measurement]:
    with stack.paused("jobs", "replayer", "query_api", "command_api"):
        with stack.paused("projectors"):
            with stack.paused("relay"):
                generate(stack, 1)
            mix = relay_rate(stack)
            with stack.paused("relay"):
                small = small_rate(stack)
        head = asyncio.run(ask(stack.url("log"), HEAD))
        projected = asyncio.run(worked_off(stack.url("read"), PROJECTED, head))
        with stack.paused("relay", "projectors", "kafka"):
            theirs = eventsourcing_projection(stack)
    return [
        Measurement("relay", "events of 480 bytes", small, "events/s", 20_000),
        Measurement("relay", "generated mix, 6.8 KB a body", mix, "events/s"),
        Measurement("projection", "all read models, one process, generated mix", projected, "events/s", 8_000),
        Measurement("projection", "projection of the library eventsourcing, one table", theirs, "events/s"),
        Measurement("projection", "ours / eventsourcing", projected / theirs, "x", 10),
    ]
