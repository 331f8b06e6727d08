"""What happens to every request: its ids, its line in the log, its measure, an answer even when code fails."""

import os
import re
from contextvars import ContextVar
from time import perf_counter
from typing import Any, NamedTuple

import structlog
from prometheus_client import CollectorRegistry, Histogram
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.http import problems
from kit.metrics import LATENCY_BUCKETS_S

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_TRACEPARENT = re.compile(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

log = structlog.get_logger("http")


class RequestIds(NamedTuple):
    """What names this request in event metadata and in every log line it causes."""

    request_id: str
    traceparent: str


_current: ContextVar[RequestIds] = ContextVar("request_ids")


def current() -> RequestIds:
    """The ids of the request being served; fresh ones outside a request."""
    return _current.get(None) or _ids({"headers": ()})


class Requests:
    """ASGI middleware, the outermost of ours. It takes or makes the ids, measures, logs, and answers 500."""

    def __init__(self, app: ASGIApp, *, registry: CollectorRegistry) -> None:
        self.app = app
        self.seconds = Histogram(
            "http_request_seconds",
            "Time to answer",
            ("method", "route", "status"),
            buckets=LATENCY_BUCKETS_S,
            registry=registry,
        )
        self.children: dict[tuple[str, str, int], Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        ids = _ids(scope)
        _current.set(ids)
        structlog.contextvars.bind_contextvars(request_id=ids.request_id)
        await self._serve(scope, receive, _Answer(send, ids.request_id))

    async def _serve(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        started = perf_counter()
        try:
            await self.app(scope, receive, answer)
        except ClientDisconnect:
            pass  # in the middle of its body: nobody is there to be answered
        except Exception:
            log.exception("request failed", method=scope["method"], path=scope["path"])
            if answer.status:
                raise
            await problems.answer(problems.unexpected())(scope, receive, answer)
        finally:
            self._record(scope, answer.status or 499, perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        key = (scope["method"] if route != "none" else "any", route, status)
        if key not in self.children:
            self.children[key] = self.seconds.labels(*map(str, key))
        self.children[key].observe(seconds)
        log.info("request", method=scope["method"], path=scope["path"], status=status, ms=round(seconds * 1000, 2))


class _Answer:
    """`send`, with the request id added and the status remembered (0: nothing sent yet)."""

    __slots__ = ("request_id", "send", "status")

    def __init__(self, send: Send, request_id: str) -> None:
        self.send, self.request_id, self.status = send, request_id.encode(), 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), (b"x-request-id", self.request_id)]
        await self.send(message)


def _ids(scope: Scope) -> RequestIds:
    request_id, traceparent = "", ""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            request_id = value.decode()
        elif name == b"traceparent" and _TRACEPARENT.fullmatch(value):
            traceparent = value.decode()
    made = os.urandom(40).hex()  # read once: it is a call into the kernel
    return RequestIds(request_id or made[:32], traceparent or f"00-{made[32:64]}-{made[64:]}-01")
