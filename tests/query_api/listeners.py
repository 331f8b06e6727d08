"""The query API on a port of its own, and clients that listen to it as a browser does."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import httpx
import orjson

from kit.http import serving
from kit.settings import Settings
from query_api import app as queries
from query_api.listener import Listener
from query_api.live_changes import LiveChanges
from query_api.opening import opened as opened_queries
from tests.query_api.press import Press

DEADLINE_S = 20.0


@dataclass(frozen=True, slots=True)
class Heard:
    kind: str
    post: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """A running query API."""

    url: str
    changes: LiveChanges

    async def get(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.url, timeout=20) as http:
            return await http.get(path)

    @asynccontextmanager
    async def deaf(self) -> AsyncIterator[Listener]:
        """A connection that asks, and then reads nothing; given once it has joined."""
        others = set(self.changes._joined)
        port = int(self.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET /changes HTTP/1.1\r\nHost: localhost\r\n\r\n")
            async with asyncio.timeout(DEADLINE_S):
                while not self.changes._joined - others:
                    await asyncio.sleep(0.005)
            [joined] = self.changes._joined - others
            yield joined


@asynccontextmanager
async def door(press: Press, **settings: Any) -> AsyncIterator[Door]:
    own = {"read_url": press.read.url("query"), "command_url": press.command_url, **settings}
    found = Settings.model_validate(own)
    async with opened_queries(found) as parts:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            server = serving.server(queries.build(parts, list), found, stop_s=5)
            task = asyncio.create_task(server.serve(sockets=[listening]))
            try:
                yield Door(f"http://127.0.0.1:{listening.getsockname()[1]}", parts.changes)
            finally:
                parts.changes.close()
                server.should_exit = True
                await task


class Ear:
    """One connection to /changes; keeps what it heard, and the id to come back with."""

    def __init__(self, door: Door | str, last: str = "", query: str = "") -> None:
        base = door if isinstance(door, str) else door.url
        self._url, self.last = f"{base}/changes{query}", last
        self.is_broken = True
        """Whether the stream did not end as it should."""
        self.heard: list[Heard] = []
        self.is_open = asyncio.Event()
        self.is_over = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._listen())
        async with asyncio.timeout(DEADLINE_S):
            await self.is_open.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self) -> None:
        headers = {"Last-Event-ID": self.last} if self.last else {}
        try:
            async with (
                httpx.AsyncClient(timeout=None) as http,  # noqa: S113 - a stream, ended by the test's own deadline
                http.stream("GET", self._url, headers=headers) as answer,
            ):
                answer.raise_for_status()
                async for line in answer.aiter_lines():
                    self._take(line)
                self.is_broken = False
        finally:
            self.is_over.set()

    def _take(self, line: str) -> None:
        name, _, value = line.partition(": ")
        if name == "data":
            told = orjson.loads(value)
            self.heard.append(Heard(told["kind"], told.get("post", ""), told.get("comment", "")))
        elif name == "id":
            self.last = value
            self.is_open.set()

    def of(self, post: str) -> list[Heard]:
        """What was heard of a post itself."""
        return [each for each in self.heard if each.post == post and not each.comment]

    async def whole(self) -> Self:
        """Listens to the end of a stream that has one."""
        async with asyncio.timeout(DEADLINE_S):
            await self._listen()
        return self

    async def until(self, *wanted: Heard) -> None:
        """Waits until all of these were heard."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                while not set(wanted) <= set(self.heard):
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise AssertionError(f"not heard: {set(wanted) - set(self.heard)} of {self.heard}") from None

    async def until_over(self) -> None:
        async with asyncio.timeout(DEADLINE_S):
            await self.is_over.wait()


def published(post: str) -> Heard:
    return Heard("post.published", post)


def changed(post: str) -> Heard:
    return Heard("post.changed", post)


def withdrawn(post: str) -> Heard:
    return Heard("post.withdrawn", post)
