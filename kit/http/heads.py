"""HEAD at every door that takes GET (RFC 9110, section 9.1): the same answer, without its content."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """ASGI middleware. The door is asked with GET, and told that the client has gone once its headers are sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        asked, head = {**scope, "method": "GET"}, _Head(send)
        await self.app(asked, head.receive, head.send)
        scope.update(route=asked.get("route"))  # the request's measure names it
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class _Head:
    """The two ends of a request without a body, whose answer ends with its headers."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._is_asked, self._is_sent = False, asyncio.Event()

    async def receive(self) -> Message:
        if not self._is_asked:
            self._is_asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._is_sent.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._send(message)
            self._is_sent.set()
