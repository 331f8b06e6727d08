"""One keep-alive HTTP connection for open-loop cases: a request, then its answer."""

import asyncio
from dataclasses import dataclass
from typing import cast

from httptools import HttpResponseParser


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[bytes, bytes]
    body: bytes


class Conversation(asyncio.Protocol):
    """Sends one request at a time. Not for concurrent use."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._answer: asyncio.Future[Answer] | None = None
        self._begin()

    @classmethod
    async def open(cls, port: int) -> "Conversation":
        _, protocol = await asyncio.get_running_loop().create_connection(lambda: cls(port), "127.0.0.1", port)
        return protocol

    async def kept(self) -> "Conversation":
        """Itself, or a new one: a server closes a connection that was idle for a while."""
        return await self.open(self._port) if self._transport.is_closing() else self

    async def ask(self, request: bytes) -> Answer:
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's does not inherit from it

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server closed the connection"))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        answer = Answer(self._parser.get_status_code(), self._headers, bytes(self._body))
        self._begin()
        if self._answer:
            self._answer.set_result(answer)

    def _begin(self) -> None:
        self._parser = HttpResponseParser(self)
        self._headers: dict[bytes, bytes] = {}
        self._body = bytearray()
