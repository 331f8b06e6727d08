"""Readers of a whole stack that never retry, and check every answer."""

import asyncio
import itertools
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType

import httpx

from tests.faults.writers import Acknowledged

EVERY_S = 0.01
LATEST = 50


@dataclass(slots=True)
class Readers:
    """Each asks about a hundred times a second; `acknowledged` grows while they read."""

    url: str
    bearer: str
    acknowledged: list[Acknowledged]
    count: int = 4
    errors: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    longest_s: float = 0.0
    is_away: bool = False
    """The read database was killed: until it is back, an answer may be 503, and its last moment may be lost."""
    _seen: Counter[str] = field(default_factory=Counter)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def __aenter__(self) -> "Readers":
        self._tasks = [asyncio.create_task(self._read()) for _ in range(self.count)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    async def until_back(self) -> None:
        """Until an answer is there again; what was seen before the crash does not count from then on."""
        async with asyncio.timeout(60), httpx.AsyncClient(base_url=self.url) as client:
            while (await client.get("/posts", params={"limit": 1})).status_code != 200:
                await asyncio.sleep(0.05)
        self._seen.clear()
        self.is_away = False

    async def _read(self) -> None:
        headers = {"Authorization": f"Bearer {self.bearer}"}
        async with httpx.AsyncClient(base_url=self.url, timeout=30, headers=headers) as client:
            for turn in itertools.count():
                if self._stopping.is_set():
                    return
                due = time.monotonic() + EVERY_S
                known = random.choice(self.acknowledged[-LATEST:] if turn % 2 else self.acknowledged)  # noqa: S311 - any
                if turn % 5:
                    await self._page(client, known, {})
                else:
                    await self._page(client, known, {"Consistency-Token": known.token, "Prefer": "wait=10"})
                await asyncio.sleep(max(due - time.monotonic(), 0))

    async def _page(self, client: httpx.AsyncClient, known: Acknowledged, token: dict[str, str]) -> None:
        """A post that was seen once is there from then on, and never older; with a token at least as new as that."""
        is_away, started, seen = self.is_away, time.monotonic(), self._seen[known.post]
        answer = await client.get(f"/posts/{known.post}", headers=token)
        self.answers[answer.status_code] += 1
        if is_away or self.is_away:
            return
        if not token:  # with one, the answer waits for the projectors
            self.longest_s = max(self.longest_s, time.monotonic() - started)
        is_promised = bool(token) and "Stale" not in answer.headers
        floor = max(seen, known.version if is_promised else 0)
        if answer.status_code == 200:
            version = answer.json()["version"]
            self._seen[known.post] = max(self._seen[known.post], version)
            if version < floor:
                self.errors.append(f"{known.post} is at {version}, was or must be at {floor}")
        elif answer.status_code != 404 or floor:
            self.errors.append(f"{known.post}: {answer.status_code} {answer.text[:200]} (seen at {floor})")
