"""Commands of two kinds at an even rate, and readers that check every answer and never ask again."""

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import orjson

from benchmarks.bench_stack import BenchStack
from benchmarks.cases.visible import Session
from benchmarks.conversation import Conversation
from benchmarks.load import LoadReport, request

READERS = 4
READ_EVERY_S = 0.01
"""Of each reader."""
LATEST = 50
WITH_TOKEN = 5
"""Every fifth read has a consistency token: its answer waits for the projectors."""
ELSEWHERE = 10
"""Every tenth read is of a list."""
PLACES = ("/posts?limit=20", "/tags?limit=20")


@dataclass(slots=True)
class Written:
    """A post as the last answer about it said."""

    post: str
    version: int
    token: str


class MixedSession(Session):
    """New posts and revisions of earlier ones in turn."""

    def __init__(self, stack: BenchStack, bearer: str) -> None:
        super().__init__(stack, bearer)
        self.written: list[Written] = []
        self._turns = itertools.count()

    async def command(self, connection: Conversation) -> tuple[str, str]:
        if next(self._turns) % 2 and self.written:
            return await self._revise(connection, random.choice(self.written[-LATEST:]))  # noqa: S311 - any
        created = await self.publish(connection)
        self.written.append(Written(created["id"], created["version"], created["token"]))
        return created["id"], created["token"]

    async def _revise(self, connection: Conversation, known: Written) -> tuple[str, str]:
        body = orjson.dumps({"title": f"Revised {next(self.numbers)} of {self.run}"})
        headers = {"Authorization": f"Bearer {self.bearer}", "Idempotency-Key": str(uuid4())}
        answer = await connection.ask(request("PATCH", f"/posts/{known.post}", body=body, headers=headers))
        if answer.status != 200:  # noqa: PLR2004 - OK
            raise RuntimeError(f"PATCH answered {answer.status}: {answer.body[:300]!r}")
        told = orjson.loads(answer.body)
        if told["version"] > known.version:  # another revision may have been answered meanwhile
            known.version, known.token = told["version"], told["token"]
        return known.post, told["token"]


@dataclass(slots=True)
class Readers:
    """What all of them together saw. A post seen once is there from then on, and never older."""

    session: MixedSession
    report: LoadReport = field(default_factory=LoadReport)
    """Of reads without a token."""
    wrong: list[str] = field(default_factory=list)
    reads: int = 0
    _seen: Counter[str] = field(default_factory=Counter)
    _is_done: bool = False

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """They read for as long as the context lasts."""
        self._is_done, began = False, time.perf_counter()
        tasks = [asyncio.create_task(self._read()) for _ in range(READERS)]
        try:
            yield
        finally:
            self._is_done = True
            await asyncio.gather(*tasks)
            self.report.seconds += time.perf_counter() - began

    async def _read(self) -> None:
        connection = await Conversation.open(self.session.stack.query_port)
        for turn in itertools.count():
            if self._is_done:
                break
            due = time.perf_counter() + READ_EVERY_S
            if turn % ELSEWHERE == 0 or not self.session.written:
                await self._elsewhere(connection, random.choice(PLACES))  # noqa: S311 - any
            else:
                latest = self.session.written[-LATEST:] if turn % 2 else self.session.written
                await self._page(connection, random.choice(latest), has_token=turn % WITH_TOKEN == 0)  # noqa: S311 - any
            await asyncio.sleep(max(due - time.perf_counter(), 0))
        connection.close()

    async def _elsewhere(self, connection: Conversation, path: str) -> None:
        answer = await self._ask(connection, path, {})
        if answer[0] != 200 or not orjson.loads(answer[1])["items"]:  # noqa: PLR2004 - OK
            self.wrong.append(f"{path}: {answer[0]} {answer[1][:200]!r}")

    async def _page(self, connection: Conversation, known: Written, *, has_token: bool) -> None:
        headers = {"Consistency-Token": known.token, "Prefer": "wait=10, handling=strict"} if has_token else {}
        floor = max(self._seen[known.post], known.version if has_token else 0)
        status, body = await self._ask(connection, f"/posts/{known.post}", headers)
        version = orjson.loads(body)["version"] if status == 200 else 0  # noqa: PLR2004 - OK
        self._seen[known.post] = max(self._seen[known.post], version)
        if version < floor or status not in {200, 404}:
            self.wrong.append(f"{known.post}: {status} at {version}, was or must be at {floor}: {body[:200]!r}")

    async def _ask(self, connection: Conversation, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        began = time.perf_counter()
        answer = await connection.ask(request("GET", path, headers=headers))
        self.reads += 1
        if not headers:
            self.report.latencies.append(time.perf_counter() - began)
        return answer.status, answer.body
