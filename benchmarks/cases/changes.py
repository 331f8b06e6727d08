"""GET /changes: a thousand listeners of one process, ten changes a second: how far behind the last of them is."""

import asyncio
import re
import resource
import time
from typing import cast

import httpx
import uvloop

from benchmarks.bench_stack import BenchStack
from benchmarks.cases.memory import pss_mb
from benchmarks.measurement import Measurement

LISTENERS = 1_000
EVERY_S = 0.1
SECONDS = 20.0
ALONE_S = 5.0
AT_ONCE = 50
"""Connections that are opened together."""
DEADLINE_S = 60.0
_PUBLISHED = re.compile(rb'"kind":"post.published","post":"([0-9a-f-]{36})"')


class Listener(asyncio.Protocol):
    """Notes when it heard of each post."""

    def __init__(self) -> None:
        self.heard: dict[str, float] = {}
        self.is_open = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's does not inherit from it
        self.transport.write(b"GET /changes?kind=post.published HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        if not self.is_open.done():
            self.is_open.set_result(None)
        for found in _PUBLISHED.finditer(data):
            self.heard[found[1].decode()] = now


async def listen(port: int, number: int) -> list[Listener]:
    loop, opened = asyncio.get_running_loop(), list[Listener]()
    while len(opened) < number:
        few = [loop.create_connection(Listener, "127.0.0.1", port) for _ in range(min(AT_ONCE, number - len(opened)))]
        made = [protocol for _, protocol in await asyncio.gather(*few)]
        await asyncio.gather(*(each.is_open for each in made))
        opened += made
    return opened


async def publish(stack: BenchStack, bearer: str, seconds: float) -> dict[str, float]:
    """One post after the other, evenly; when each command was answered."""
    answered: dict[str, float] = {}
    headers = {"Authorization": f"Bearer {bearer}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{stack.command_port}", headers=headers) as client:
        began = time.perf_counter()
        for turn in range(int(seconds / EVERY_S)):
            await asyncio.sleep(max(0.0, began + turn * EVERY_S - time.perf_counter()))
            new = {"title": f"Heard {turn}", "body": "A line.", "publish": True}
            post = (await client.post("/posts", json=new)).raise_for_status().json()["id"]
            answered[post] = time.perf_counter()
    return answered


async def behind(stack: BenchStack, bearer: str, listeners: list[Listener], seconds: float) -> list[float]:
    """Sorted delays, in milliseconds, of every listener's hearing of every post after its command was answered."""
    answered = await publish(stack, bearer, seconds)
    async with asyncio.timeout(DEADLINE_S):
        while any(len(answered.keys() - each.heard.keys()) for each in listeners):
            await asyncio.sleep(0.05)
    return sorted((each.heard[post] - at) * 1000 for post, at in answered.items() for each in listeners)


async def measure(stack: BenchStack, bearer: str) -> list[Measurement]:
    [first] = await listen(stack.query_port, 1)
    alone = await behind(stack, bearer, [first], ALONE_S)
    listeners = [first, *await listen(stack.query_port, LISTENERS - 1)]
    together = await behind(stack, bearer, listeners, SECONDS)
    memory = pss_mb(stack.pid("query_api"))
    for each in listeners:
        each.transport.close()
    note = f"p50 {at(together, 0.5):.1f} ms; one listener alone: p50 {at(alone, 0.5):.1f} ms"
    return [
        Measurement(
            "GET /changes",
            "1,000 listeners, behind the command's answer, p99",
            at(together, 0.99),
            "ms",
            50,
            is_ceiling=True,
            note=note,
        ),
        Measurement("GET /changes", "memory of query_api with them", memory, "MB", 200, is_ceiling=True),
    ]


def at(delays: list[float], share: float) -> float:
    return delays[min(len(delays) - 1, int(len(delays) * share))]


def run(stack: BenchStack) -> list[Measurement]:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return uvloop.run(measure(stack, stack.access_token()))
