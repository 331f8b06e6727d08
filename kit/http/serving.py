"""Puts the middlewares around an API and serves it with uvicorn."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from kit.health import HEALTH_PATHS, Readiness, health_app
from kit.http import problems
from kit.http.body_limit import BodyLimit
from kit.http.heads import Heads
from kit.http.requests import Requests
from kit.settings import Settings
from kit.shutdown import stop_requested

_EXPOSED = ["Consistency-Token", "ETag", "Link", "Location", "Retry-After", "Stale", "X-Request-Id"]


class Compression:
    """GZip for what is read. Answers to commands are small, and streams of answers must not be held back."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.gzip = GZipMiddleware(app, minimum_size=1024, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        compressed = scope["type"] == "http" and scope["method"] == "GET"
        await (self.gzip if compressed else self.app)(scope, receive, send)


class Health:
    """Answers /healthz, /readyz and /metrics ahead of everything else."""

    def __init__(self, app: ASGIApp, *, readiness: Readiness, registry: CollectorRegistry) -> None:
        self.app, self.health = app, health_app(readiness, registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["path"] in HEALTH_PATHS
        await (self.health if asked else self.app)(scope, receive, send)


def surround(  # noqa: PLR0913 - each is a setting of the API's own
    app: FastAPI,
    settings: Settings,
    registry: CollectorRegistry,
    readiness: Readiness,
    *,
    default_body_bytes: int = 64 * 1024,
    body_bytes: Mapping[str, int | None] | None = None,
) -> None:
    """Installs problem answers and, from the inside out: body limit, compression, CORS, HEAD, ids and log, health."""
    problems.install(app)
    app.add_middleware(BodyLimit, default_bytes=default_body_bytes, by_prefix=body_bytes or {})
    app.add_middleware(Compression)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["*"],
            expose_headers=_EXPOSED,
            max_age=600,
        )
    app.add_middleware(Heads)
    app.add_middleware(Requests, registry=registry)
    app.add_middleware(Health, readiness=readiness, registry=registry)


class _Server(uvicorn.Server):
    """Leaves signals to `serve`: uvicorn would raise them again once it has stopped."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server(app: Any, settings: Settings, *, stop_s: int = 20) -> uvicorn.Server:
    """A server that, told to exit, stops accepting and finishes what is in flight, at most `stop_s` seconds."""
    return _Server(
        uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            loop="none",
            http="httptools",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=stop_s,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies,
        )
    )


async def serve(app: Any, settings: Settings, *, on_stop: Callable[[], None] = lambda: None) -> None:
    """Serves until SIGTERM or SIGINT. Raises SystemExit when the port is taken.

    Args:
        app: what is served.
        settings: where.
        on_stop: ends at once what would go on for ever.
    """
    serving, stopping = server(app, settings), stop_requested()

    async def stop() -> None:
        await stopping.wait()
        on_stop()
        serving.should_exit = True

    waiting = asyncio.create_task(stop())
    try:
        await serving.serve()
    finally:
        waiting.cancel()
