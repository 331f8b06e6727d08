"""A real HTTP server that takes messages: it neither retries nor sorts out what comes twice, and forgets nothing."""

import asyncio
import base64
import hashlib
import hmac
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> Any:
        return orjson.loads(self.body)

    @property
    def kind(self) -> str:
        return str(self.said["type"])

    @property
    def post(self) -> str:
        return str(self.said["data"]["post"])


@dataclass(frozen=True)
class Answer:
    status: int = 204
    body: bytes = b""
    headers: tuple[str, ...] = ()


Answers = Callable[[Received], Answer | Awaitable[Answer]]


class Receiver:
    """`received` in the order of arrival. `answers` decides what is answered: 204 to everything at first."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: Answers = lambda _: Answer()
        self.connections = 0
        self.at_once = 0
        self.most_at_once = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    def kinds(self, post: object = None) -> list[str]:
        return [each.kind for each in self.received if post is None or each.post == str(post)]

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while True:
                    await self._one(reader, writer)
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head.splitlines()[1:-1])}
        self.received.append(Received(headers, await reader.readexactly(int(headers["content-length"]))))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            answer = self.answers(self.received[-1])
            answer = answer if isinstance(answer, Answer) else await answer
        finally:
            self.at_once -= 1
        lines = (f"HTTP/1.1 {answer.status} So", f"content-length: {len(answer.body)}", *answer.headers)
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + answer.body)
        await writer.drain()


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[Receiver]:
    receiver, taking = Receiver(), set[asyncio.Task[Any]]()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        taking.add(task)
        await receiver.take(reader, writer)

    server = await asyncio.start_server(take, host, 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for task in taking:
            task.cancel()
        await asyncio.gather(*taking, return_exceptions=True)


def is_genuine(received: Received, secret: str) -> bool:
    """By itself; what docs/webhooks.md tells receivers to do is tried besides."""
    signed = f"{received.id}.{received.headers['webhook-timestamp']}.".encode() + received.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return any(hmac.compare_digest(expected, each) for each in received.headers["webhook-signature"].split(" "))
