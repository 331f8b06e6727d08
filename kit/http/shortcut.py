"""The busiest doors, answered ahead of routing: they cost as much as the answer itself."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


class Shortcut:
    """ASGI middleware. The routes themselves remain, for everything else and for the document.

    Args:
        app: what serves the other requests.
        routes: their endpoints take the request alone. A path may end in one parameter.
        handlers: turn what an endpoint raises into answers, by its class, as an application does.
        unless: requests of these routes that go the long way.
        vary: the header of that name on what is answered here.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Sequence[APIRoute],
        handlers: Mapping[Any, Callable[[Request, Any], Any]],
        unless: Callable[[Scope], bool] | None = None,
        vary: str = "",
    ) -> None:
        self.app, self.handlers, self.unless, self.vary = app, handlers, unless, vary
        doors = [(method, route) for route in routes for method in route.methods or ()]
        self.exact = {(method, route.path): route for method, route in doors if "{" not in route.path}
        self.below = {(method, route.path.partition("{")[0]): route for method, route in doors if "{" in route.path}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._route(scope) if scope["type"] == "http" else None
        if route is None or (self.unless is not None and self.unless(scope)):
            await self.app(scope, receive, send)
            return
        scope["route"] = route
        answer = await self._answer(route, Request(scope, receive))
        await answer(scope, receive, send)

    async def _answer(self, route: APIRoute, request: Request) -> Response:
        answer: Response
        try:
            answer = await route.endpoint(request)
        except Exception as error:
            handler = next((self.handlers[kind] for kind in type(error).__mro__ if kind in self.handlers), None)
            if handler is None:
                raise
            answer = await handler(request, error)
        else:
            if self.vary:
                answer.headers["Vary"] = self.vary
        return answer

    def _route(self, scope: Scope) -> APIRoute | None:
        method, path = scope["method"], scope["path"]
        found = self.exact.get((method, path))
        if found is not None or not self.below:
            return found
        folder, _, last = path.rpartition("/")
        route = self.below.get((method, f"{folder}/")) if last else None
        if route is not None:
            scope["path_params"] = {route.path.partition("{")[2].rstrip("}"): last}
        return route


def routes_of(app: FastAPI, endpoints: Collection[Callable[..., Any]]) -> list[APIRoute]:
    """The app's routes to these endpoints."""
    return [route for route in app.routes if isinstance(route, APIRoute) and route.endpoint in endpoints]
