"""GET /posts/{slug} without a response cache: against bare FastAPI + asyncpg with as long an answer, and SQLAlchemy."""

import asyncio
import itertools
import secrets
from collections.abc import Iterator
from uuid import uuid4

import asyncpg
import httpx

from benchmarks.bench_stack import BenchStack
from benchmarks.load import LoadReport, Request, drive, request
from benchmarks.measurement import Measurement
from benchmarks.web import serve

CLIENTS = 32
SECONDS, TURNS = 6.0, 3
POSTS = 200
BODY = (
    "A paragraph with *some* emphasis and a [link](https://example.org/page), as long as such paragraphs are.\n\n" * 55
)
"""5.8 KB, the median of the corpus."""


def publish(stack: BenchStack, bearer: str) -> list[str]:
    """Publishes posts and waits until they can be read. Gives their slugs."""
    run = secrets.token_hex(4)
    slugs = [f"read-{run}-{number}" for number in range(POSTS)]
    headers = {"Authorization": f"Bearer {bearer}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.command_port}", headers=headers) as client:
        for slug in slugs:
            new = {"title": slug, "body": BODY, "slug": slug, "tags": ["read"], "publish": True}
            answer = client.post("/posts", json=new, headers={"Idempotency-Key": str(uuid4())}).raise_for_status()
    token = answer.headers["Consistency-Token"]
    wait = {"Consistency-Token": token, "Prefer": "wait=10, handling=strict"}
    httpx.get(f"http://127.0.0.1:{stack.query_port}/posts/{slugs[-1]}", headers=wait).raise_for_status()
    return slugs


async def fill_bare(url: str, slugs: list[str], size: int) -> None:
    """Rows whose answer is as long as ours, for the bare endpoint; and for the plain blog."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DROP TABLE IF EXISTS bare_posts")
        await connection.execute(
            "CREATE TABLE bare_posts"
            " (slug text PRIMARY KEY, title text, body text, created_at timestamptz DEFAULT now())"
        )
        rows = [(slug, slug, "x" * (size - 150)) for slug in slugs]
        await connection.executemany("INSERT INTO bare_posts (slug, title, body) VALUES ($1, $2, $3)", rows)
    finally:
        await connection.close()


async def fill_blog(url: str, slugs: list[str], size: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        rows = [(uuid4(), "author", slug, slug, "x" * (size - 250)) for slug in slugs]
        await connection.executemany(
            "INSERT INTO blog_posts (id, author, slug, title, body, created_at) VALUES ($1, $2, $3, $4, $5, now())",
            rows,
        )
    finally:
        await connection.close()


def reads(slugs: list[str]) -> Iterator[Request]:
    return itertools.cycle([request("GET", f"/posts/{slug}") for slug in slugs])


def load(port: int, slugs: list[str], seconds: float = SECONDS) -> LoadReport:
    report = drive(port, reads(slugs), clients=CLIENTS, seconds=seconds)
    if set(report.statuses) != {200}:
        raise RuntimeError(f"port {port} answered {report.statuses} {report.refusals}")
    return report


def line(case: str, report: LoadReport) -> Measurement:
    cpu = report.client_cpu_s / report.seconds
    note = f"p50 {report.percentile_ms(0.5):.1f} ms, p99 {report.percentile_ms(0.99):.1f} ms, client CPU {cpu:.0%}"
    return Measurement("GET /posts/{slug}", case, report.rate, "/s", note=note)


def in_turns(stack: BenchStack, bare_port: int, slugs: list[str]) -> tuple[LoadReport, LoadReport]:
    """Ours and the bare one, one after the other and again, so that neither has the quieter time."""
    ours, bare = LoadReport(), LoadReport()
    load(stack.query_port, slugs, 1)
    load(bare_port, slugs, 1)
    for _ in range(TURNS):
        ours.add(load(stack.query_port, slugs, SECONDS / TURNS))
        with stack.paused("query_api"):
            bare.add(load(bare_port, slugs, SECONDS / TURNS))
    return ours, bare


def run(stack: BenchStack) -> list[Measurement]:
    slugs = publish(stack, stack.access_token())
    size = len(httpx.get(f"http://127.0.0.1:{stack.query_port}/posts/{slugs[0]}").content)
    url = stack.url("read", "postgres")
    asyncio.run(fill_bare(url, slugs, size))
    blog = {"BASELINE_URL": url.replace("postgresql:", "postgresql+asyncpg:"), "BASELINE_KEY": secrets.token_hex(32)}
    with stack.paused("relay", "projectors", "jobs", "replayer", "command_api", "kafka"):
        with serve("benchmarks.baselines.bare_read:app", {"BASELINE_URL": url}) as port:
            ours, bare = in_turns(stack, port, slugs)
        with stack.paused("query_api"), serve("benchmarks.baselines.plain_blog:app", blog) as port:
            asyncio.run(fill_blog(url, slugs, size))
            load(port, slugs, 1)
            plain = load(port, slugs)
    return [
        line(f"ours, {size} bytes", ours),
        line("bare FastAPI + asyncpg, as many bytes", bare),
        line("FastAPI + SQLAlchemy", plain),
        Measurement("GET /posts/{slug}", "ours / bare", ours.rate / bare.rate, "x", 0.85),
        Measurement("GET /posts/{slug}", "ours / SQLAlchemy", ours.rate / plain.rate, "x", 2.5),
    ]
