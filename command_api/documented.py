"""What OpenAPI says of a command door, from the command itself: its fields, its refusals, its answer."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from starlette.responses import Response

from domain.command import Command
from domain.refusal import Refusal
from kit.http.documenting import BEARER, COMMON, SIGNED_IN, Problems, header, json_body, problem_answers

NEEDED = "needed"
"""Marks a field of `given` as required."""
HANDLES = {"type": "array", "maxItems": 10, "items": {"type": "string"}, "description": "handles, in order"}

_CHANGED = {
    "type": "object",
    "required": ["id", "version", "token"],
    "properties": {
        "id": {"type": ["string", "null"], "format": "uuid", "description": "of what it is about, if any"},
        "version": {"type": "integer"},
        "token": {"type": "string", "description": "consistency token; send it back to read your own write"},
    },
    "example": {"id": "0192b1a0-7f3c-7d6e-8a51-3c2f9d1e4b70", "version": 1, "token": "1:3.120"},
}
_KEY = header("Idempotency-Key", "Repeats of a request under the same key get the first answer.")
_MATCH = header("If-Match", "The version that the change is meant for, as an ETag.")
_EXTRA: Problems = {
    400: ("MalformedIfMatch", "MalformedIdempotencyKey"),
    409: ("VersionConflict", "AccountErased", "IdempotencyKeyInUse"),
    412: ("VersionConflict",),
    422: ("IdempotencyKeyReused",),
}


def door(  # noqa: PLR0913 - what OpenAPI asks for
    *commands: type[Command],
    omit: Iterable[str],
    given: Mapping[str, Any] | None = None,
    example: Any = None,
    status: int = 200,
    is_open: bool = False,
    problems: Problems | None = None,
) -> dict[str, Any]:
    """Keyword arguments for a route.

    Args:
        commands: what the door carries out; the first one's fields are the body.
        omit: fields that the door itself gives.
        given: schemas of fields that the door takes beside or instead of the command's.
        example: a body; None: the door takes none.
        status: of success.
        is_open: whether somebody not signed in may use it.
        problems: further codes.
    """
    schema = body_schema(commands[0], omit, given or {})
    token = {401: ("InvalidToken",)} if is_open else SIGNED_IN
    listed = [COMMON, _EXTRA, token, *map(refusals, commands), problems or {}]
    return {
        "status_code": status,
        "response_class": Response,
        "responses": {status: _success(status), **problem_answers(*listed)},
        "openapi_extra": {
            "parameters": [_KEY, _MATCH],
            **({} if example is None else {"requestBody": json_body(schema, example)}),
            **({} if is_open else {"security": BEARER}),
        },
    }


def body_schema(command: type[Command], omit: Iterable[str], given: Mapping[str, Any]) -> dict[str, Any]:
    schema = command.model_json_schema()
    fields = {name: field for name, field in schema["properties"].items() if name not in set(omit)}
    required = [name for name in schema.get("required", ()) if name in fields and name not in given]
    needed = [name for name, field in given.items() if field.get(NEEDED)]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {**fields, **{name: _without_mark(field) for name, field in given.items()}},
        **({"required": [*required, *needed]} if required or needed else {}),
    }


def _without_mark(field: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in field.items() if key != NEEDED}


def refusals(command: type[Command]) -> dict[int, list[str]]:
    """The refusals that the command's module and what it calls in the domain may raise."""
    found: dict[int, list[str]] = {}
    for kind in sorted({*_refusals_in(sys.modules[command.__module__], set())}, key=lambda kind: kind.__name__):
        found.setdefault(kind.status, []).append(kind.__name__)
    return found


def _refusals_in(module: ModuleType, seen: set[str]) -> Iterator[type[Refusal]]:
    seen.add(module.__name__)
    for value in vars(module).values():
        home = getattr(value, "__module__", "")
        if isinstance(value, type) and issubclass(value, Refusal) and value is not Refusal:
            yield value
        elif callable(value) and home.startswith("domain.") and home not in seen:
            yield from _refusals_in(sys.modules[home], seen)


def _success(status: int) -> dict[str, Any]:
    if status == 202:  # noqa: PLR2004 - HTTP status
        return {"description": "Taken in", "content": {"application/json": {"schema": {"type": "object"}}}}
    token = {"Consistency-Token": {"schema": {"type": "string"}}, "ETag": {"schema": {"type": "string"}}}
    location = {"Location": {"schema": {"type": "string"}}} if status == 201 else {}  # noqa: PLR2004 - HTTP status
    described = "Made" if location else "Changed, or already so"
    return {
        "description": described,
        "headers": {**token, **location},
        "content": {"application/json": {"schema": _CHANGED}},
    }
