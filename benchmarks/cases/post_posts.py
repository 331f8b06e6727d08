"""POST /posts, durable and signed in, 32 clients: against an empty POST, a plain blog, and eventsourcing's saves."""

import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import jwt
import orjson

from benchmarks.baselines.eventsourcing_blog import Blog, environment
from benchmarks.bench_stack import BenchStack
from benchmarks.load import Request, drive, request
from benchmarks.measurement import Measurement
from benchmarks.web import serve

CLIENTS = 32
SECONDS = 5.0
BODY = "A paragraph of a post, as long as such paragraphs are. " * 7
OTHERS = ("relay", "projectors", "jobs", "replayer", "query_api", "kafka")


def posts(bearer: str) -> Iterator[Request]:
    number = 0
    run = secrets.token_hex(4)
    while True:
        number += 1
        body = orjson.dumps({"title": f"Post {number} of run {run}", "body": BODY, "tags": ["load", "bench"]})
        yield request(
            "POST", "/posts", body=body, headers={"Authorization": f"Bearer {bearer}", "Idempotency-Key": str(uuid4())}
        )


def load(case: str, port: int, bearer: str) -> tuple[float, Measurement]:
    drive(port, posts(bearer), clients=CLIENTS, seconds=1)
    report = drive(port, posts(bearer), clients=CLIENTS, seconds=SECONDS)
    if set(report.statuses) != {201}:
        raise RuntimeError(f"{case} answered {report.statuses} {report.refusals}")
    cpu = report.client_cpu_s / report.seconds
    note = f"p50 {report.percentile_ms(0.5):.1f} ms, p99 {report.percentile_ms(0.99):.1f} ms, client CPU {cpu:.0%}"
    return report.rate, Measurement("POST /posts", case, report.rate, "/s", note=note)


def eventsourcing_saves(stack: BenchStack, database: str) -> float:
    parts = urlsplit(stack.url("log", database))
    app = Blog(
        env=environment(
            database=database,
            host=str(parts.hostname),
            port=int(parts.port or 0),
            user="postgres",
            password=str(stack.credentials()["postgres"]),
        )
    )
    until = time.perf_counter() + SECONDS

    def writer() -> int:
        count = 0
        while time.perf_counter() < until:
            app.draft("A title", BODY, ["load", "bench"])
            count += 1
        return count

    with ThreadPoolExecutor(16) as pool:
        saved = sum(pool.map(lambda _: writer(), range(16)))
    app.close()
    return saved / SECONDS


def run(stack: BenchStack) -> list[Measurement]:
    bearer = stack.access_token()
    key = secrets.token_hex(32)
    until = datetime.now(UTC) + timedelta(hours=1)
    plain_bearer = jwt.encode({"sub": "author", "exp": until}, key, "HS256")
    blog = {
        "BASELINE_URL": stack.url("log", "postgres").replace("postgresql:", "postgresql+asyncpg:"),
        "BASELINE_KEY": key,
    }
    with stack.paused(*OTHERS):
        ours, quiet = load("durable, the rest paused", stack.command_port, bearer)
        with stack.paused("command_api"):
            with serve("benchmarks.baselines.empty_post:app") as port:
                empty, empty_line = load("empty validated FastAPI POST", port, "none")
            with serve("benchmarks.baselines.plain_blog:app", blog) as port:
                plain, plain_line = load("plain FastAPI + SQLAlchemy blog", port, plain_bearer)
            saves = eventsourcing_saves(stack, "postgres")
    _, busy = load("durable, everything running", stack.command_port, bearer)
    return [
        quiet,
        busy,
        empty_line,
        plain_line,
        Measurement("POST /posts", "saves of the library eventsourcing", saves, "/s"),
        Measurement("POST /posts", "ours / empty POST", ours / empty, "x", 0.55),
        Measurement("POST /posts", "ours / plain blog", ours / plain, "x", 3.0),
        Measurement("POST /posts", "ours / eventsourcing", ours / saves, "x", 5.0),
    ]
