"""The busiest door, answered ahead of routing and compression: they cost as much as the answer itself."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kit.http import problems
from kit.http.serving import Compression

Door = Callable[[Request], Awaitable[Response]]


class Shortcut:
    """ASGI middleware. Takes `GET /posts/{post}` when the client takes no compressed answer; the route is the same."""

    def __init__(self, app: ASGIApp, *, door: Door, route: APIRoute) -> None:
        self.app, self.door, self.route = app, door, route
        self.prefix, _, parameter = route.path.partition("{")
        self.parameter = parameter.rstrip("}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._takes(scope):
            await self.app(scope, receive, send)
            return
        scope["route"] = self.route
        scope["path_params"] = {self.parameter: scope["path"][len(self.prefix) :]}
        try:
            answer = await self.door(Request(scope))
        except HTTPException as error:
            answer = problems.answer(problems.of_http(error))
        else:
            answer.headers["Vary"] = "Authorization, Accept-Encoding"
        await answer(scope, receive, send)

    def _takes(self, scope: Scope) -> bool:
        path: str = scope.get("path", "")
        if scope["type"] != "http" or scope["method"] != "GET" or not path.startswith(self.prefix):
            return False
        return "/" not in path[len(self.prefix) :] and path != self.prefix and not _takes_compressed(scope)


def _takes_compressed(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


def install(app: FastAPI, door: Door) -> None:
    """Puts the shortcut just outside compression: what surrounds that surrounds the shortcut too."""
    [route] = [each for each in app.routes if isinstance(each, APIRoute) and each.endpoint is door]
    kinds: list[Any] = [each.cls for each in app.user_middleware]
    place = kinds.index(Compression)
    app.user_middleware.insert(place, Middleware(Shortcut, door=door, route=route))
