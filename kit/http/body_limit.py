"""Refuses bodies that are too large, before reading them when they say so, while reading when they do not."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.http.problems import Problem, answer


class BodyLimit:
    """ASGI middleware.

    Args:
        app: what it protects.
        default_bytes: the limit of paths that are not named.
        by_prefix: limits of paths by their first segment (`/posts`); None: the door of this very path limits itself.
    """

    def __init__(self, app: ASGIApp, *, default_bytes: int, by_prefix: Mapping[str, int | None]) -> None:
        self.app, self.default_bytes, self.by_prefix = app, default_bytes, by_prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._limit_of(scope) if scope["type"] == "http" else None
        if limit is None:
            await self.app(scope, receive, send)
        elif _declared(scope) > limit:
            # closing tells the client to stop sending what nobody will read
            await answer(_too_large(limit, {"Connection": "close"}))(scope, receive, send)
        else:
            await self.app(scope, _counted(receive, limit), send)

    def _limit_of(self, scope: Scope) -> int | None:
        path: str = scope["path"]
        is_below = path.count("/") > 1
        limit = self.by_prefix.get(path[: path.find("/", 1)] if is_below else path, self.default_bytes)
        return self.default_bytes if limit is None and is_below else limit


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise _too_large(limit)
        return message

    return counted


def _too_large(limit: int, headers: Mapping[str, str] | None = None) -> Problem:
    return Problem(413, "BodyTooLarge", f"This door takes bodies of up to {limit} bytes.", headers=headers)
