"""GET /posts?tag= over many posts: the first page, the thousandth, and a single post beside them."""

import asyncio
import itertools
from dataclasses import fields
from urllib.parse import quote

import asyncpg
import httpx

from benchmarks.bench_stack import BenchStack
from benchmarks.cases.backlog import HEAD, PROJECTED, ask
from benchmarks.load import LoadReport, drive, request
from benchmarks.measurement import Measurement
from ops.generating.history import History, Mix
from ops.generating.writing import write
from ops.progress import Progress

POSTS = 100_000
EVENTS = 100_000
"""A round. Of posts alone: with comments, likes and follows beside them, as many posts would take 3.3 million."""
AUTHORS = 1_200
PAGE, DEEP = 20, 1_000
SECONDS = 5.0
CLIENTS = 4
"""Few, so that latency is the query's and not the queue's."""
BIGGEST_TAG = "SELECT tag FROM serving.tags GROUP BY tag ORDER BY sum(posts) DESC LIMIT 1"
DEADLINE_S = 900


def posts_alone() -> Mix:
    return Mix(**{**dict.fromkeys((each.name for each in fields(Mix)), 0.0), "drafted": 1.0, "published": 1.0})


async def fill(stack: BenchStack) -> None:
    """Generates until there are enough posts, and waits until they are projected."""
    connection = await asyncpg.connect(stack.url("read"))
    seed = 100
    while await connection.fetchval("SELECT count(*) FROM serving.post_pages") < POSTS:
        history = History(seed, authors=AUTHORS, mix=posts_alone())
        await write(stack.url("log"), history, seed=seed, events=EVENTS, progress=Progress("events", EVENTS))
        seed += 1
        head = await ask(stack.url("log"), HEAD)
        async with asyncio.timeout(DEADLINE_S):
            while await ask(stack.url("read"), PROJECTED) < head:
                await asyncio.sleep(0.2)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


async def biggest_tag(stack: BenchStack) -> str:
    connection = await asyncpg.connect(stack.url("read"))
    try:
        return str(await connection.fetchval(BIGGEST_TAG))
    finally:
        await connection.close()


def page_at(base: str, tag: str, number: int) -> str:
    """The path of that page, reached as a reader reaches it: cursor by cursor."""
    path = f"/posts?tag={quote(tag)}&limit={PAGE}"
    cursor = None
    with httpx.Client(base_url=base) as client:
        for _ in range(number - 1):
            page = client.get(path + (f"&cursor={quote(cursor)}" if cursor else "")).raise_for_status().json()
            if page["next"] is None:
                raise RuntimeError(f"the tag {tag} has fewer than {number} pages")
            cursor = page["next"]
    return path + (f"&cursor={quote(cursor)}" if cursor else "")


def load(stack: BenchStack, path: str) -> LoadReport:
    one = request("GET", path)
    drive(stack.query_port, itertools.repeat(one), clients=CLIENTS, seconds=1)
    report = drive(stack.query_port, itertools.repeat(one), clients=CLIENTS, seconds=SECONDS)
    if set(report.statuses) != {200}:
        raise RuntimeError(f"{path} answered {report.statuses} {report.refusals}")
    return report


def run(stack: BenchStack) -> list[Measurement]:
    asyncio.run(fill(stack))
    tag = asyncio.run(biggest_tag(stack))
    base = f"http://127.0.0.1:{stack.query_port}"
    single = httpx.get(f"{base}/posts?tag={quote(tag)}&limit=1").raise_for_status().json()["items"][0]["slug"]
    deep = page_at(base, tag, DEEP)
    with stack.paused("relay", "projectors", "jobs", "replayer", "command_api", "kafka"):
        one = load(stack, f"/posts/{single}")
        first = load(stack, page_at(base, tag, 1))
        last = load(stack, deep)
    p99 = [report.percentile_ms(0.99) for report in (one, first, last)]
    return [
        Measurement("GET /posts?tag=", "single post, p99, 4 clients", p99[0], "ms"),
        Measurement("GET /posts?tag=", "page 1 of 20, p99", p99[1], "ms", note=f"{first.rate:,.0f}/s"),
        Measurement("GET /posts?tag=", "page 1,000 of 20, p99", p99[2], "ms", note=f"{last.rate:,.0f}/s"),
        Measurement("GET /posts?tag=", "page 1 / single post, p99", p99[1] / p99[0], "x", 3, is_ceiling=True),
        Measurement("GET /posts?tag=", "page 1,000 / page 1, p50", ratio(last, first), "x", 1.2, is_ceiling=True),
    ]


def ratio(one: LoadReport, other: LoadReport) -> float:
    return one.percentile_ms(0.5) / other.percentile_ms(0.5)
