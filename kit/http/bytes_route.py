"""A declared route whose endpoint takes the request alone: nothing is solved, nothing is parsed for it."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute


class BytesRoute(APIRoute):
    """For busy doors that read the body and write the answer as bytes: `async def door(request) -> Response`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        endpoint: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return endpoint
