"""The adapter of examples/realworld beside the platform: lists, one article, and writing read back."""

import itertools
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx

from benchmarks.bench_stack import ROOT, BenchStack
from benchmarks.load import LoadReport, drive, request
from benchmarks.measurement import Measurement
from benchmarks.web import await_port
from stack.ports import free_port

CLIENTS, ARTICLES, SECONDS, TURNS = 8, 1_000, 6.0, 50
PASSWORD = "a long enough secret"  # noqa: S105 - of an account of this run
BODY = "A paragraph with *some* emphasis, as long as such paragraphs are.\n\n" * 20


@contextmanager
def adapter(stack: BenchStack) -> Iterator[int]:
    port = free_port()
    told = {"COMMAND_URL": stack.command_port, "QUERY_URL": stack.query_port}
    urls = {f"PALIMPSEST_{name}": f"http://127.0.0.1:{at}" for name, at in told.items()}
    environment = {**os.environ, **urls, "PALIMPSEST_HTTP_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "examples.realworld"], cwd=ROOT, env=environment)
    try:
        await_port(port)
        yield port
    finally:
        process.terminate()
        process.wait(15)


def signed_up(url: str) -> dict[str, str]:
    name = f"b{secrets.token_hex(6)}"
    user = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
    made = httpx.post(f"{url}/users", json={"user": user}, timeout=30).raise_for_status()
    return {"Authorization": f"Token {made.json()['user']['token']}"}


def write(client: httpx.Client, number: int) -> str:
    article = {"title": f"Bench {number}", "description": "A line.", "body": BODY, "tagList": ["bench"]}
    made = client.post("/articles", json={"article": article}).raise_for_status()
    return str(made.json()["article"]["slug"])


def filled(url: str, headers: dict[str, str]) -> list[str]:
    with httpx.Client(base_url=url, headers=headers, timeout=60) as client, ThreadPoolExecutor(CLIENTS) as threads:
        return list(threads.map(lambda number: write(client, number), range(ARTICLES)))


def loaded(port: int, paths: list[str], headers: dict[str, str]) -> LoadReport:
    requests = itertools.cycle([request("GET", f"/api{path}", headers=headers) for path in paths])
    report = drive(port, requests, clients=CLIENTS, seconds=SECONDS)
    if set(report.statuses) != {200}:
        raise RuntimeError(f"the adapter answered {report.statuses} {report.refusals}")
    return report


def written_and_read(url: str, headers: dict[str, str]) -> list[float]:
    """Seconds from asking to write an article to having read it back."""
    took: list[float] = []

    def live(first: int) -> None:
        with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
            for number in range(first, first + TURNS):  # titles of their own: a slug that is taken costs a second try
                began = time.perf_counter()
                client.get(f"/articles/{write(client, number)}").raise_for_status()
                took.append(time.perf_counter() - began)

    with ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(live, range(ARTICLES, ARTICLES + CLIENTS * TURNS, TURNS)))
    return sorted(took)


def line(name: str, report: LoadReport, target: float) -> Measurement:
    note = f"p50 {report.percentile_ms(0.5):.1f} ms, p99 {report.percentile_ms(0.99):.1f} ms"
    return Measurement("realworld", name, report.rate, "/s", target, note=note)


def run(stack: BenchStack) -> list[Measurement]:
    with adapter(stack) as port:
        url = f"http://127.0.0.1:{port}/api"
        headers = signed_up(url)
        slugs = filled(url, headers)
        lists = loaded(port, ["/articles?tag=bench"], headers)
        articles = loaded(port, [f"/articles/{slug}" for slug in slugs], headers)
        took = written_and_read(url, headers)
    middle, late = (took[int(len(took) * share)] * 1000 for share in (0.5, 0.99))
    return [
        line("GET /api/articles, 20 of 1,000, signed in, 8 clients", lists, 500),
        line("GET /api/articles/{slug}, 8 clients", articles, 700),
        Measurement("realworld", "an article written and read back, p50", middle, "ms", 40, is_ceiling=True),
        Measurement("realworld", "an article written and read back, p99", late, "ms", 200, is_ceiling=True),
    ]
