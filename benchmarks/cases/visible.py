"""From an acknowledged command to its being visible in a query, through Kafka, at half the rate the loop sustains."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import orjson
import uvloop

from benchmarks.bench_stack import BenchStack
from benchmarks.cases.post_posts import BODY, CLIENTS
from benchmarks.conversation import Conversation
from benchmarks.load import LoadReport, request
from benchmarks.measurement import Measurement

SUSTAINED_S = 8.0
PACED_S = 12.0
SAMPLE = 4
"""Every fourth command is asked for; asking for each would measure the query side's load."""
WAIT = "wait=10, handling=strict"


class Session:
    """Numbered posts of one run, over connections that take turns."""

    def __init__(self, stack: BenchStack, bearer: str) -> None:
        self.stack, self.bearer, self.run = stack, bearer, secrets.token_hex(4)
        self.numbers = itertools.count()

    def post(self) -> bytes:
        body = {"title": f"Seen {next(self.numbers)} of {self.run}", "body": BODY, "tags": ["seen"], "publish": True}
        headers = {"Authorization": f"Bearer {self.bearer}", "Idempotency-Key": str(uuid4())}
        return request("POST", "/posts", body=orjson.dumps(body), headers=headers)

    async def command(self, connection: Conversation) -> tuple[str, str]:
        """Which post it was about, and the token of its answer."""
        created = await self.publish(connection)
        return created["id"], created["token"]

    async def publish(self, connection: Conversation) -> dict[str, Any]:
        answer = await connection.ask(self.post())
        if answer.status != 201:  # noqa: PLR2004 - Created
            raise RuntimeError(f"POST answered {answer.status}: {answer.body[:300]!r}")
        created: dict[str, Any] = orjson.loads(answer.body)
        return created

    async def seen(self, connection: Conversation, post: str, token: str) -> None:
        wait = {"Consistency-Token": token, "Prefer": WAIT}
        answer = await connection.ask(request("GET", f"/posts/{post}", headers=wait))
        if answer.status != 200:  # noqa: PLR2004 - OK
            raise RuntimeError(f"GET answered {answer.status}: {answer.body[:300]!r}")


async def sustained(session: Session) -> float:
    """Commands a second, counted until the last of them can be read."""
    started = time.perf_counter()
    until = started + SUSTAINED_S
    lasts: list[tuple[str, str]] = []

    async def writer() -> int:
        connection = await Conversation.open(session.stack.command_port)
        count = 0
        while time.perf_counter() < until:
            last = await session.command(connection)
            count += 1
        lasts.append(last)
        connection.close()
        return count

    written = sum(await asyncio.gather(*(writer() for _ in range(CLIENTS))))
    reader = await Conversation.open(session.stack.query_port)
    for post, token in lasts:
        await until_seen(session, reader, post, token)
    reader.close()
    return written / (time.perf_counter() - started)


async def until_seen(session: Session, reader: Conversation, post: str, token: str) -> None:
    async with asyncio.timeout(120):
        while True:
            try:
                await session.seen(reader, post, token)
            except RuntimeError:
                continue
            return


async def paced(session: Session, rate: float) -> LoadReport:
    """An open loop: commands leave on time whether or not earlier ones were answered."""
    report = LoadReport()
    idle: asyncio.Queue[tuple[Conversation, Conversation]] = asyncio.Queue()
    for _ in range(CLIENTS):
        pair = await Conversation.open(session.stack.command_port), await Conversation.open(session.stack.query_port)
        idle.put_nowait(pair)

    async def one(number: int) -> None:
        writing, reading = [await each.kept() for each in await idle.get()]
        post, token = await session.command(writing)
        acknowledged = time.perf_counter()
        if number % SAMPLE == 0:
            await session.seen(reading, post, token)
            report.latencies.append(time.perf_counter() - acknowledged)
        idle.put_nowait((writing, reading))

    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, due in enumerate(ticks(rate)):
            await asyncio.sleep(max(0.0, started + due - time.perf_counter()))
            group.create_task(one(number))
    report.seconds = time.perf_counter() - started
    while not idle.empty():
        for connection in idle.get_nowait():
            connection.close()
    return report


def ticks(rate: float) -> Iterator[float]:
    return (number / rate for number in range(int(rate * PACED_S)))


async def measure(stack: BenchStack) -> list[Measurement]:
    session = Session(stack, stack.access_token())
    rate = await sustained(session)
    report = await paced(session, rate / 2)
    return [
        Measurement("visible", "whole loop, draft and publish, 32 clients", rate, "commands/s"),
        Measurement("visible", "paced at half of that", rate / 2, "commands/s"),
        Measurement("visible", "acknowledged to visible, p50", report.percentile_ms(0.5), "ms", 20, is_ceiling=True),
        Measurement("visible", "acknowledged to visible, p99", report.percentile_ms(0.99), "ms", 100, is_ceiling=True),
    ]


def run(stack: BenchStack) -> list[Measurement]:
    return uvloop.run(measure(stack))
