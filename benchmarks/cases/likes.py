"""PUT and DELETE /posts/{id}/like by many accounts on one post; the count is exact when all is folded."""

import secrets

import httpx

from benchmarks.bench_stack import BenchStack
from benchmarks.load import Request, drive, request
from benchmarks.measurement import Measurement

ACCOUNTS = 192
FROM_ONE_ADDRESS = 24
CLIENTS = 32
ROUNDS = 20
"""Each account likes, takes it back, and so on; the last time it likes."""


def members(stack: BenchStack) -> list[str]:
    """Bearers of fresh accounts, each registered and signed in as any client is; so many from one address as may be."""
    base, bearers = f"http://127.0.0.1:{stack.command_port}", list[str]()
    for host in range(ACCOUNTS // FROM_ONE_ADDRESS):
        transport = httpx.HTTPTransport(local_address=f"127.0.1.{host + 1}")
        with httpx.Client(base_url=base, timeout=30, transport=transport) as client:
            bearers += [member(client) for _ in range(FROM_ONE_ADDRESS)]
    return bearers


def member(client: httpx.Client) -> str:
    handle, password = f"b{secrets.token_hex(6)}", secrets.token_hex(12)
    new = {"handle": handle, "address": f"{handle}@example.org", "name": "Bench", "password": password}
    client.post("/accounts", json=new).raise_for_status()
    form = {"grant_type": "password", "username": handle, "password": password}
    return str(client.post("/auth/token", data=form).raise_for_status().json()["access_token"])


def requests(post: str, bearers: list[str]) -> list[Request]:
    """Round by round, so that an account's next one is far behind its last."""
    methods = ["DELETE" if number % 2 else "PUT" for number in range(ROUNDS)] + ["PUT"]
    path = f"/posts/{post}/like"
    return [request(each, path, headers={"Authorization": f"Bearer {b}"}) for each in methods for b in bearers]


def run(stack: BenchStack) -> list[Measurement]:
    bearers = members(stack)
    headers = {"Authorization": f"Bearer {stack.access_token()}"}
    new = {"title": f"Hot {secrets.token_hex(4)}", "body": "It was long.", "publish": True}
    url = f"http://127.0.0.1:{stack.command_port}/posts"
    post = httpx.post(url, json=new, headers=headers).raise_for_status().json()["id"]
    with stack.paused("relay", "projectors", "jobs", "replayer", "query_api", "kafka"):
        report = drive(stack.command_port, iter(requests(post, bearers)), clients=CLIENTS, seconds=120)
    if set(report.statuses) != {200}:
        raise RuntimeError(f"liking answered {report.statuses} {report.refusals}")
    token = httpx.patch(f"{url}/{post}", json={"title": "Hot, and counted"}, headers=headers).raise_for_status()
    wait = {"Consistency-Token": token.headers["Consistency-Token"], "Prefer": "wait=10, handling=strict"}
    seen = httpx.get(f"http://127.0.0.1:{stack.query_port}/posts/{post}", headers=wait, timeout=30).raise_for_status()
    counted = seen.json()["likes"]
    if counted != ACCOUNTS:
        raise RuntimeError(f"{ACCOUNTS} accounts like the post, {counted} are counted")
    note = f"{ACCOUNTS} accounts, {CLIENTS} clients, p50 {report.percentile_ms(0.5):.1f} ms; the count is exact"
    return [Measurement("likes", "on one post, over HTTP, the rest paused", report.rate, "/s", 2_000, note=note)]
