"""GET /posts/{id}/comments: a thread of a thousand comments in one answer."""

import itertools
import random
import secrets

import httpx

from benchmarks.bench_stack import BenchStack
from benchmarks.load import LoadReport, drive, request
from benchmarks.measurement import Measurement

COMMENTS = 1_000
DEEPEST = 8
WORDS = "Some *words* that were said, as long as such things mostly are. " * 4
SECONDS = 5.0


def discuss(stack: BenchStack, bearer: str) -> str:
    """Writes the thread over one connection, and waits until it can be read. Gives the post's id."""
    headers, luck = {"Authorization": f"Bearer {bearer}"}, random.Random(7)  # noqa: S311 - no secret
    said: list[tuple[str, int]] = []
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.command_port}", headers=headers) as client:
        new = {"title": f"Discussed {secrets.token_hex(4)}", "body": WORDS, "publish": True}
        post = client.post("/posts", json=new).raise_for_status().json()["id"]
        for _ in range(COMMENTS):
            above, depth = luck.choice(said) if said and luck.random() < 0.6 else (None, 0)  # noqa: PLR2004 - a share
            parent = {} if above is None or depth == DEEPEST else {"parent": above}
            answer = client.post(f"/posts/{post}/comments", json={"body": WORDS, **parent}).raise_for_status()
            said.append((answer.json()["id"], depth + 1 if parent else 1))
    token = answer.headers["Consistency-Token"]
    wait = {"Consistency-Token": token, "Prefer": "wait=10, handling=strict"}
    url = f"http://127.0.0.1:{stack.query_port}/posts/{post}/comments?limit={COMMENTS}"
    found = httpx.get(url, headers=wait).raise_for_status().json()["items"]
    if len(found) != COMMENTS:
        raise RuntimeError(f"the thread has {len(found)} comments")
    return str(post)


def load(stack: BenchStack, path: str) -> LoadReport:
    """One reader, so that latency is the answer's own."""
    one = itertools.repeat(request("GET", path))
    drive(stack.query_port, one, clients=1, seconds=1)
    report = drive(stack.query_port, one, clients=1, seconds=SECONDS)
    if set(report.statuses) != {200}:
        raise RuntimeError(f"{path} answered {report.statuses} {report.refusals}")
    return report


def run(stack: BenchStack) -> list[Measurement]:
    path = f"/posts/{discuss(stack, stack.access_token())}/comments"
    with stack.paused("relay", "projectors", "jobs", "replayer", "command_api", "kafka"):
        whole, page = load(stack, f"{path}?limit={COMMENTS}"), load(stack, path)
    note = f"p99 {whole.percentile_ms(0.99):.1f} ms"
    return [
        Measurement(
            "thread",
            "1,000 comments in one answer, p50",
            whole.percentile_ms(0.5),
            "ms",
            20,
            is_ceiling=True,
            note=note,
        ),
        Measurement("thread", "the first 100 of them, p50", page.percentile_ms(0.5), "ms"),
    ]
