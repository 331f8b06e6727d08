"""Writers that keep a list of what was acknowledged, and send an unanswered command again under its own key."""

import asyncio
import itertools
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from uuid import uuid4

import httpx

RETRY_AFTER_S = 0.05
ACCEPTED = (200, 201)
TRY_AGAIN = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A command that the API said it stored."""

    post: str
    version: int
    title: str
    token: str


@dataclass(slots=True)
class Writers:
    """Drafts and revises posts over several connections until stopped. An answer but success or "later" is an error."""

    url: str
    bearer: str
    count: int = 6
    acknowledged: list[Acknowledged] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    run: str = field(default_factory=lambda: uuid4().hex)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def __aenter__(self) -> "Writers":
        self._tasks = [asyncio.create_task(self._write(number)) for number in range(self.count)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        await asyncio.gather(*self._tasks)

    async def wait_for(self, more: int, deadline_s: float = 60) -> None:
        """Waits until this many further commands were acknowledged."""
        goal = len(self.acknowledged) + more
        until = asyncio.get_running_loop().time() + deadline_s
        while len(self.acknowledged) < goal:
            assert not self.unexpected, self.unexpected[0]
            assert asyncio.get_running_loop().time() < until, f"only {len(self.acknowledged)} of {goal} commands"
            await asyncio.sleep(0.01)

    async def _write(self, number: int) -> None:
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as client:
            for turn in itertools.count():
                if self._stopping.is_set():
                    return
                await self._one_post(client, f"writer {number} turn {turn} of {self.run}")

    async def _one_post(self, client: httpx.AsyncClient, title: str) -> None:
        drafted = await self._send(
            client, "POST", "/posts", {"title": title, "body": f"Body of {title}", "tags": ["load"]}
        )
        if not drafted:
            return
        self._keep(drafted, title)
        for number in range(2):
            later = f"{title} revision {number}"
            revised = await self._send(client, "PATCH", f"/posts/{drafted['id']}", {"title": later})
            if revised:
                self._keep(revised, later)
        published = await self._send(client, "POST", f"/posts/{drafted['id']}/publish", {})
        if published:
            self._keep(published, later)

    def _keep(self, answer: dict[str, Any], title: str) -> None:
        self.acknowledged.append(Acknowledged(answer["id"], answer["version"], title, answer["token"]))

    async def _send(
        self, client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        headers = {"Authorization": f"Bearer {self.bearer}", "Idempotency-Key": str(uuid4())}
        while True:
            try:
                answer = await client.request(method, path, json=body, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(RETRY_AFTER_S)
                continue
            if answer.status_code in ACCEPTED:
                parsed: dict[str, Any] = answer.json()
                return parsed
            if answer.status_code not in TRY_AGAIN:
                self.unexpected.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
                return None
            await asyncio.sleep(RETRY_AFTER_S)
