"""GET /me/feed of somebody who follows a thousand authors, over the posts that `lists` left."""

import itertools

import httpx

from benchmarks.bench_stack import BenchStack
from benchmarks.cases.lists import CLIENTS, SECONDS
from benchmarks.load import drive, request
from benchmarks.measurement import Measurement

FOLLOWED = 1_000


def handles(stack: BenchStack, client: httpx.Client) -> list[str]:
    found: list[str] = []
    cursor = ""
    while len(found) < FOLLOWED:
        url = f"http://127.0.0.1:{stack.query_port}/accounts?limit=100{cursor}"
        page = client.get(url).raise_for_status().json()
        found += [each["handle"] for each in page["items"] if each["handle"] != "admin"]
        if page["next"] is None:
            raise RuntimeError(f"there are {len(found)} accounts; run `lists` before")
        cursor = f"&cursor={page['next']}"
    return found[:FOLLOWED]


def run(stack: BenchStack) -> list[Measurement]:
    headers = {"Authorization": f"Bearer {stack.access_token()}"}
    with httpx.Client(headers=headers) as client:
        for handle in handles(stack, client):
            followed = client.put(f"http://127.0.0.1:{stack.command_port}/accounts/{handle}/follow").raise_for_status()
        wait = {"Consistency-Token": followed.headers["Consistency-Token"], "Prefer": "wait=10, handling=strict"}
        page = client.get(f"http://127.0.0.1:{stack.query_port}/me/feed", headers=wait).raise_for_status().json()
    if not page["items"]:
        raise RuntimeError("the feed is empty")
    one = itertools.repeat(request("GET", "/me/feed", headers=headers))
    with stack.paused("relay", "projectors", "jobs", "replayer", "command_api", "kafka"):
        drive(stack.query_port, one, clients=CLIENTS, seconds=1)
        report = drive(stack.query_port, one, clients=CLIENTS, seconds=SECONDS)
    if set(report.statuses) != {200}:
        raise RuntimeError(f"the feed answered {report.statuses} {report.refusals}")
    note = f"p50 {report.percentile_ms(0.5):.1f} ms, {report.rate:,.0f}/s"
    p99 = report.percentile_ms(0.99)
    return [Measurement("feed", "1,000 followed, p99, 4 clients", p99, "ms", 20, is_ceiling=True, note=note)]
