"""The busiest doors, answered ahead of routing and compression: they cost as much as the answer itself."""

from collections.abc import Awaitable, Callable, Sequence
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
    """ASGI middleware. Takes GET requests of some routes when the client takes no compressed answer.

    The routes themselves remain, for everything else and for the document. A path may end in one parameter.
    """

    def __init__(self, app: ASGIApp, *, routes: Sequence[APIRoute]) -> None:
        self.app = app
        self.exact = {route.path: route for route in routes if "{" not in route.path}
        self.below = {route.path.partition("{")[0]: route for route in routes if "{" in route.path}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._route(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if route is None or _takes_compressed(scope):
            await self.app(scope, receive, send)
            return
        scope["route"] = route
        try:
            answer: Response = await route.endpoint(Request(scope))
        except HTTPException as error:
            answer = problems.answer(problems.of_http(error))
        else:
            answer.headers["Vary"] = "Authorization, Accept-Encoding"
        await answer(scope, receive, send)

    def _route(self, scope: Scope) -> APIRoute | None:
        path: str = scope["path"]
        if path in self.exact:
            return self.exact[path]
        folder, _, last = path.rpartition("/")
        route = self.below.get(f"{folder}/") if last else None
        if route is not None:
            scope["path_params"] = {route.path.partition("{")[2].rstrip("}"): last}
        return route


def _takes_compressed(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


def install(app: FastAPI, doors: Sequence[Door]) -> None:
    """Puts the shortcut just outside compression: what surrounds that surrounds the shortcut too."""
    routes = [route for route in app.routes if isinstance(route, APIRoute) and route.endpoint in doors]
    kinds: list[Any] = [each.cls for each in app.user_middleware]
    app.user_middleware.insert(kinds.index(Compression), Middleware(Shortcut, routes=routes))
