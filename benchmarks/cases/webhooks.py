"""Webhooks: how many messages a second a fast receiver is told, each post's in their order."""

import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import httpx

from benchmarks.bench_stack import ROOT, BenchStack
from benchmarks.measurement import Measurement

POSTS, REVISIONS = 800, 4
WRITERS = 4
DEADLINE_S = 300
IDLE, BETWEEN_S = 60, 0.2

Came = list[tuple[float, str, str]]


@dataclass(frozen=True, slots=True)
class Receiver:
    process: "subprocess.Popen[str]"
    port: int

    def came(self) -> Came:
        """Since it was asked last: seconds, post, kind."""
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the receiver has no pipes")
        stdin.write("\n")
        stdin.flush()
        return [(when, post, kind) for when, post, kind in json.loads(stdout.readline())]

    def until(self, count: int) -> Came:
        """Raises RuntimeError: fewer came in time."""
        found, deadline = self.came(), time.monotonic() + DEADLINE_S
        while len(found) < count:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{len(found)} of {count} messages came")
            time.sleep(0.1)
            found += self.came()
        return found


@contextmanager
def receiver() -> Iterator[Receiver]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.fast_receiver"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Receiver(process, int(process.stdout.readline() if process.stdout else 0))
    finally:
        process.kill()
        process.wait()


def ask(client: httpx.Client, method: str, path: str, **body: object) -> str:
    answer = client.request(method, path, json=body, headers={"Idempotency-Key": str(uuid4())}).raise_for_status()
    return str(answer.json()["id"])


def write(client: httpx.Client, revisions: int) -> str:
    """A post that is published, and changed so often."""
    post = ask(client, "POST", "/posts", title=f"Told {uuid4()}", body="Words.", publish=True)
    for _ in range(revisions):
        ask(client, "PATCH", f"/posts/{post}", title=f"Told {uuid4()}")
    return post


def require_order(came: Came) -> None:
    """Raises RuntimeError: a post's change came before it was published, or something came twice."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for _, post, kind in came:
        kinds[post].append(kind)
    expected = ["post.published", *["post.changed"] * REVISIONS]
    wrong = [post for post, found in kinds.items() if found != expected]
    if wrong or len(kinds) != POSTS:
        raise RuntimeError(f"{len(wrong)} posts were not told in their order, and {POSTS - len(kinds)} not at all")


def burst(client: httpx.Client, hook: str, told: Receiver) -> Measurement:
    """What has waited while the webhook was paused is told at once."""
    ask(client, "POST", f"/webhooks/{hook}/pause")
    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(lambda _: write(client, REVISIONS), range(POSTS)))
    time.sleep(2)
    told.came()
    ask(client, "POST", f"/webhooks/{hook}/resume")
    came = told.until(POSTS * (1 + REVISIONS))
    require_order(came)
    rate = (len(came) - 1) / (came[-1][0] - came[0][0])
    note = f"{len(came):,} messages of {POSTS} posts, in order by post"
    return Measurement("webhooks", "told to a fast receiver", rate, "/s", 300, note=note)


def idle(client: httpx.Client, told: Receiver) -> Measurement:
    """From the request that publishes a post to its message, on a system that does nothing else."""
    waits = []
    for _ in range(IDLE):
        began = time.time()
        write(client, 0)
        waits.append(1000 * (told.until(1)[0][0] - began))
        time.sleep(BETWEEN_S)
    return Measurement("webhooks", "publish to message, idle, p50", sorted(waits)[len(waits) // 2], "ms")


def run(stack: BenchStack) -> list[Measurement]:
    with receiver() as told, httpx.Client(base_url=f"http://127.0.0.1:{stack.command_port}", timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {stack.access_token()}"
        hook = ask(client, "POST", "/webhooks", url=f"http://127.0.0.1:{told.port}/hooks")
        measured = [burst(client, hook, told), idle(client, told)]
        client.delete(f"/webhooks/{hook}").raise_for_status()
    return measured
