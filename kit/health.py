"""The doors /healthz, /readyz and /metrics, alone on a port or beside an API."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from typing import Any

import orjson
import uvicorn
from prometheus_client import CollectorRegistry

from kit.metrics import exposition

HEALTH_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})

Readiness = Callable[[], list[str]]
"""Says what is not ready, a short phrase each; an empty list means ready. It must not block: keep the facts at hand."""

Message = MutableMapping[str, Any]
Asgi = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


def health_app(readiness: Readiness, registry: CollectorRegistry) -> Asgi:
    """An ASGI app for HEALTH_PATHS; an API hands it the requests for them."""

    async def app(
        scope: Message, _receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        status, content_type, body = _answer(scope["path"], readiness, registry)
        headers = [(b"content-type", content_type.encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    return app


def _answer(path: str, readiness: Readiness, registry: CollectorRegistry) -> tuple[int, str, bytes]:
    if path == "/healthz":
        return 200, "application/json", b'{"status":"alive"}'
    if path == "/readyz":
        missing = readiness()
        return (503 if missing else 200), "application/json", orjson.dumps({"not_ready": missing})
    if path == "/metrics":
        return 200, *exposition(registry)
    return 404, "application/json", b'{"status":"not found"}'


@contextlib.asynccontextmanager
async def serve_health(host: str, port: int, readiness: Readiness, registry: CollectorRegistry) -> AsyncIterator[int]:
    """Serves the health doors for as long as the context lasts; gives the port, which is a free one for 0."""
    listening = _listen(host, port)
    server = _Server(
        uvicorn.Config(
            health_app(readiness, registry), lifespan="off", ws="none", access_log=False, log_config=None, loop="none"
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await serving
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the socket names TCP: 40 ms an answer otherwise
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    return listening


class _Server(uvicorn.Server):
    """Leaves the signals to the process, which stops more than this server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
