"""Form-encoded requests and the error answers of OAuth2 (RFC 6749, 5.2)."""

from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import Response

from kit.http.documenting import problem_answers
from kit.http.problems import Problem, title_of

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_MOST_FIELDS = 20


class OAuthError(Exception):
    """An error in the words of RFC 6749; also a problem, so that every client of ours can read it."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status

    def answer(self) -> Response:
        code = title_of(self.error.replace("_", " ")).title().replace(" ", "")
        problem = Problem(self.status, code, self.description).as_json()
        body = {"error": self.error, "error_description": self.description, **problem}
        return Response(orjson.dumps(body), self.status, NO_STORE, "application/json")


def oauth_answers() -> dict[int | str, dict[str, Any]]:
    """The `responses` of a door that answers so: 400 and 415 in the words of OAuth, the others as problems."""
    properties = {"error": {"type": "string"}, "error_description": {"type": "string"}, "code": {"type": "string"}}
    schema = {"type": "object", "required": ["error"], "properties": properties}
    said = {"description": "RFC 6749, 5.2", "content": {"application/json": {"schema": schema}}}
    others = {413: ["BodyTooLarge"], 429: ["TooManyAttempts"], 500: ["InternalError"], 503: ["LogUnavailable", "Busy"]}
    return {400: said, 415: said, **problem_answers(others)}


async def form(request: Request) -> dict[str, str]:
    """The fields of a form-encoded body; empty ones count as absent (RFC 6749, 3.2).

    Raises:
        OAuthError: it is something else, or names a field twice.
    """
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "Send application/x-www-form-urlencoded.", status=415)
    try:
        pairs = parse_qsl((await request.body()).decode(), max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise OAuthError("invalid_request", "The form cannot be read.") from None
    if len({name for name, _ in pairs}) < len(pairs):
        raise OAuthError("invalid_request", "A field is given twice.")
    return dict(pairs)


def needed(fields: dict[str, str], name: str) -> str:
    if name not in fields:
        raise OAuthError("invalid_request", f"The field {name} is missing.")
    return fields[name]
