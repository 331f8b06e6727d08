"""POST /commands: NDJSON in, NDJSON out, both at once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from command_api.batch.run import Batch
from command_api.batch.window import UNREAD_BYTES
from command_api.parts import parts_of
from kit.http.bearer import sign_in_needed
from kit.http.documenting import BEARER, COMMON, SIGNED_IN, problem_answers
from kit.http.problems import Problem
from kit.http.requests import current

router = APIRouter(tags=["commands"])

_MEDIA_TYPES = frozenset({"application/x-ndjson", "application/jsonl", "application/ndjson"})
_MOST_AT_ONCE = 8
"""Batches in one process; each may hold about 10 MiB."""
_IDLE_S = 120.0

_LINE: dict[str, Any] = {
    "type": "object",
    "required": ["command", "data"],
    "properties": {
        "command": {"type": "string"},
        "key": {"type": "string", "description": "idempotency key; the answer line carries it"},
        "data": {"type": "object"},
        "expected_version": {"type": "integer"},
    },
}
_EXAMPLE = (
    '{"command": "DraftPost", "key": "1", "data": {"post": "0192b1a0-7f3c-7d6e-8a51-3c2f9d1e4b70", "title": "A"}}\n'
)


@router.post(
    "/commands",
    summary="Many commands over one connection",
    description=(
        "A line in, a line out, in the order in which they are done; lines of one stream, and those that look at it, "
        "are done in the order sent. "
        f"Answers up to {UNREAD_BYTES} bytes wait for a client that writes all before it reads."
    ),
    response_class=Response,
    responses={
        200: {
            "description": "A line of answer for each",
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        },
        **problem_answers(COMMON, SIGNED_IN),
    },
    openapi_extra={
        "security": BEARER,
        "requestBody": {
            "required": True,
            "content": {"application/x-ndjson": {"schema": {"type": "string"}, "example": _EXAMPLE, "x-line": _LINE}},
        },
    },
)
async def commands(request: Request) -> Response:
    parts = parts_of(request)
    principal = await parts.verifier.verify(request.headers.get("authorization"))
    if principal is None:
        raise sign_in_needed()
    await parts.standing.actor(principal)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _MEDIA_TYPES:
        raise Problem(415, "UnsupportedMediaType", "Send the lines as application/x-ndjson.")
    if len(request.app.state.batches) >= _MOST_AT_ONCE:
        raise Problem(503, "Busy", "Too many batches at once; try again soon.", headers={"Retry-After": "5"})
    return BatchAnswer(Batch(parts, principal, current()), request)


class BatchAnswer(Response):
    """Sends answers while the request is still being read, so that neither side waits for the other."""

    def __init__(self, batch: Batch, request: Request) -> None:
        super().__init__(media_type="application/x-ndjson", headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]
        self.batch, self.running = batch, request.app.state.batches

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's three
        self.running.add(self)
        reading = asyncio.create_task(self.batch.run(_chunks(receive)))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await self._send_answers(send)
            await reading
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            reading.cancel()
            self.running.discard(self)

    async def _send_answers(self, send: Send) -> None:
        batch = self.batch
        while not (batch.is_done and not batch.answers):
            await batch.is_answered.wait()
            batch.is_answered.clear()
            while batch.answers:
                sent = bytes(batch.answers)
                batch.answers.clear()
                async with asyncio.timeout(_IDLE_S):
                    await send({"type": "http.response.body", "body": sent, "more_body": True})
                batch.window.read(len(sent))


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    """The body as it arrives; a client that sends nothing for two minutes has gone."""
    while True:
        async with asyncio.timeout(_IDLE_S):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return
