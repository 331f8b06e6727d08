"""OpenAPI by hand for doors that read the body as bytes: request bodies, answers, problems."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from kit.http.problems import MEDIA_TYPE

PROBLEM_SCHEMA: Mapping[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. `code` is stable; `errors` points at the fields at fault.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body"},
                    "parameter": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}

Problems = Mapping[int, Iterable[str]]
"""Codes by status."""

COMMON: Problems = {
    400: ("MalformedJson",),
    413: ("BodyTooLarge",),
    415: ("UnsupportedMediaType",),
    422: ("InvalidRequest",),
    500: ("InternalError",),
    503: ("LogUnavailable", "OutcomeUnknown", "Busy"),
}
SIGNED_IN: Problems = {401: ("SignInNeeded", "InvalidToken")}
BEARER: list[dict[str, list[str]]] = [{"bearer": []}]


def problem_answers(*listed: Problems) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a door for all its problems."""
    codes: dict[int, list[str]] = {}
    for problems in listed:
        for status, names in problems.items():
            codes.setdefault(status, []).extend(name for name in names if name not in codes.get(status, []))
    return {status: _problem_answer(status, names) for status, names in sorted(codes.items())}


def _problem_answer(status: int, codes: list[str]) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    examples = {code: {"value": {"status": status, "code": code}} for code in codes}
    described = f"{HTTPStatus(status).phrase}: {', '.join(codes)}"
    return {"description": described, "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}}}


def json_body(schema: Mapping[str, Any], example: Any, *, is_required: bool = True) -> dict[str, Any]:
    return {"required": is_required, "content": {"application/json": {"schema": schema, "example": example}}}


def header(name: str, description: str, *, pattern: str | None = None) -> dict[str, Any]:
    schema = {"type": "string"} | ({"pattern": pattern} if pattern else {})
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


def complete_when_asked(app: FastAPI) -> None:
    """The document is made when it is first asked for: a process that nobody asks starts a tenth of a second sooner."""
    of_the_doors = app.openapi
    app.openapi = cache(lambda: _complete(of_the_doors()))  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    """Adds what the doors refer to: the problem's schema and the bearer scheme."""
    components = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    _name_operations(document)
    return document


def _name_operations(document: Mapping[str, Any]) -> None:
    """`draft_post` and not `draft_post_posts_post`: generated clients call their functions so."""
    operations = [
        (operation, re.sub(r"\W", "_", path) + f"_{method}")
        for path, methods in document.get("paths", {}).items()
        for method, operation in methods.items()
    ]
    short = Counter(operation["operationId"].removesuffix(tail) for operation, tail in operations)
    for operation, tail in operations:
        name = operation["operationId"].removesuffix(tail)
        if short[name] == 1:
            operation["operationId"] = name
