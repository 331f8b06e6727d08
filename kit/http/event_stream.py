"""Server-sent events: an answer that goes on until its source ends or the client is gone."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Protocol

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

MEDIA_TYPE = "text/event-stream"
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # a proxy in between is not to gather
}


class Source(Protocol):
    """Where a stream comes from."""

    @property
    def is_cut(self) -> "asyncio.Future[None]":
        """Done when the stream must end, though the client has not taken what was sent."""

    def chunks(self) -> AsyncGenerator[bytes, None]: ...

    def end(self) -> None:
        """The stream is over, for whatever reason; called once at least."""


def frame(*, event: str = "", data: str = "", identity: str = "", retry_ms: int = 0) -> bytes:
    """One event as it is sent. Without data no listener hears of it, but the browser remembers its id."""
    fields = (("event", event), ("data", data), ("id", identity), ("retry", str(retry_ms or "")))
    return ("".join(f"{name}: {value}\n" for name, value in fields if value) + "\n").encode()


class EventStream(Response):
    """Sends chunks as they come."""

    def __init__(self, source: Source, headers: dict[str, str]) -> None:
        super().__init__(headers=_HEADERS | headers, media_type=MEDIA_TYPE)
        del self.headers["content-length"]
        self._source = source

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - of the protocol
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(_until_gone(receive))
        try:
            await asyncio.wait((sending, leaving, self._source.is_cut), return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            sending.cancel()
            self._source.end()
            await asyncio.gather(leaving, return_exceptions=True)
            with contextlib.suppress(asyncio.CancelledError):
                await sending

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async with contextlib.aclosing(self._source.chunks()) as chunks:
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
