"""The busiest doors, answered ahead of routing and compression."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi import FastAPI, Request
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import Scope

from kit.http.serving import Compression
from kit.http.shortcut import Shortcut, routes_of

Door = Callable[[Request], Awaitable[Response]]


def install(app: FastAPI, doors: Sequence[Door]) -> None:
    """Puts the shortcut just outside compression: what surrounds that surrounds the shortcut too.

    A client that takes compressed answers goes the long way.
    """
    kinds: list[Any] = [each.cls for each in app.user_middleware]
    shortcut = Middleware(
        Shortcut,
        routes=routes_of(app, doors),
        handlers=app.exception_handlers,
        unless=_takes_compressed,
        vary="Authorization, Accept-Encoding",
    )
    app.user_middleware.insert(kinds.index(Compression), shortcut)


def _takes_compressed(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])
