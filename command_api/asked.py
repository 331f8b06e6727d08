"""One request at a command door: who asks, what they sent, and how it is carried out and answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from command_api.idempotency import HEADER, idempotency_request
from command_api.parts import Parts, parts_of
from domain.command import Actor, Command, Context
from engine.commands.ports import Executed, IdempotencyRequest
from kit import clock
from kit.http import etag, problems
from kit.http.bearer import sign_in_needed
from kit.http.problems import Problem
from kit.http.requests import current

C = TypeVar("C", bound=Command)

ANONYMOUS = Actor()


@dataclass(frozen=True, slots=True)
class Asked:
    request: Request
    headers: Mapping[bytes, bytes]
    parts: Parts
    actor: Actor
    body: bytes

    def fields(self) -> dict[str, Any]:
        """The body as a JSON object; no body is an empty one.

        Raises:
            Problem: 400, 415 or 422.
        """
        if not self.body:
            return {}
        require_json(self.headers)
        return json_object(self.body)

    async def repeat(self) -> Response | None:
        """The answer given before to this Idempotency-Key; for doors that do more than one command."""
        asked = self._idempotency({})
        if asked is None:
            return None
        found = await self.parts.executor.find_repeat(asked.scope, asked.key, asked.request_hash)
        return None if found is None else _answered(found, **orjson.loads(found.answer))

    async def carry_out(
        self,
        *commands: Command,
        status: int = 200,
        location: str | None = None,
        about: UUID | None = None,
        context: Context | None = None,
        expected_version: int | None = None,
    ) -> Response:
        """Executes commands on one stream in one append and answers; the same answer again for the same key."""
        answer = {"about": None if about is None else str(about), "status": status, "location": location}
        ids = current()
        executed = await self.parts.executor.execute_all(
            commands,
            context=context or Context(self.actor, clock.now()),
            expected_version=self._expected() if expected_version is None else expected_version,
            idempotency=self._idempotency(answer),
            correlation=ids.request_id,
            traceparent=ids.traceparent,
        )
        return _answered(executed, **(orjson.loads(executed.answer) if executed.is_repeat else answer))

    def _expected(self) -> int | None:
        asked = self.headers.get(b"if-match")
        return None if asked is None or asked.strip() == b"*" else etag.version_of(asked.decode("latin-1"))

    def _idempotency(self, answer: Mapping[str, Any]) -> IdempotencyRequest | None:
        key = self.headers.get(HEADER)
        if key is None:
            return None
        door = f"{self.request.method} {self.request.scope['path']}"
        kept = orjson.dumps(answer)
        return idempotency_request(door, key.decode("latin-1"), self.parts.secret, self.actor, self.body, kept)


async def asked(request: Request, *, is_open: bool = False, is_read: bool = True) -> Asked:
    """Reads a request of someone signed in, or of anybody when the door is open.

    Args:
        request: as it came.
        is_open: whether somebody not signed in may ask.
        is_read: False leaves the body to the door; an Idempotency-Key does not cover it then.

    Raises:
        Problem: 401, 413.
    """
    parts = parts_of(request)
    headers: dict[bytes, bytes] = dict(request.scope["headers"])  # ASGI's names are lower case
    bearer = headers.get(b"authorization")
    principal = await parts.verifier.verify(None if bearer is None else bearer.decode("latin-1"))
    if principal is None and not is_open:
        raise sign_in_needed()
    actor = ANONYMOUS if principal is None else await parts.standing.actor(principal)
    return Asked(request, headers, parts, actor, await request.body() if is_read else b"")


def build(command: type[C], fields: Mapping[str, Any], **ids: Any) -> C:
    """Makes a command of what was sent and the ids that the door knows.

    Raises:
        Problem: 422 with a pointer to each field at fault.
    """
    for name in ids:
        if name in fields:
            errors = [{"pointer": f"/{name}", "detail": "this door gives it"}]
            raise Problem(422, "InvalidRequest", "Some fields are not as they should be.", errors=errors)
    try:
        return command.model_validate({**fields, **ids})
    except ValidationError as error:
        raise problems.of_pydantic(error) from None


def require_json(headers: Mapping[bytes, bytes]) -> None:
    sent = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if sent != b"application/json" and not (sent.startswith(b"application/") and sent.endswith(b"+json")):
        raise Problem(415, "UnsupportedMediaType", "Send the body as application/json.")


def json_object(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(400, "MalformedJson", f"The body is not valid JSON: {error.msg}.") from None
    if not isinstance(found, dict):
        raise Problem(422, "InvalidRequest", "The body is a JSON object.", errors=[{"pointer": "", "detail": "object"}])
    return found


def _answered(executed: Executed, *, about: str | None, status: int, location: str | None) -> Response:
    token = str(executed.token)
    headers = {"Consistency-Token": token, "ETag": f'"{executed.version}"', "Cache-Control": "no-store"}
    if location is not None:
        headers["Location"] = location
    body = orjson.dumps({"id": about, "version": executed.version, "token": token})
    return Response(body, status, headers, "application/json")
