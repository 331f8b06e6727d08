"""Every error as an RFC 9457 problem, the framework's own included; never a stack trace."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

MEDIA_TYPE = "application/problem+json"


class Problem(HTTPException):
    """An answer that says what went wrong. An HTTPException, so that the framework lets it through from anywhere.

    Args:
        status: the HTTP status.
        code: the public code, such as `SlugTaken`.
        detail: one sentence for the person who asked.
        title: what the code means in general; derived from the code when not given.
        errors: places at fault: {"pointer" or "parameter": ..., "detail": ...}.
        headers: such as Retry-After.
    """

    def __init__(  # noqa: PLR0913 - the fields of RFC 9457
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        title: str | None = None,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.code = code
        self.title = title or title_of(code)
        self.errors = list(errors)

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "type": f"urn:palimpsest:problem:{self.code}",
            "title": self.title,
            "status": self.status_code,
            "detail": self.detail or self.title,
            "code": self.code,
        }
        return found | {"errors": self.errors} if self.errors else found


def title_of(code: str) -> str:
    """`SlugTaken` reads "Slug taken"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code).capitalize()


def answer(problem: Problem) -> Response:
    return Response(
        orjson.dumps(problem.as_json()),
        problem.status_code,
        {"Cache-Control": "no-store", **(problem.headers or {})},
        MEDIA_TYPE,
    )


def pointer(parts: Iterable[int | str]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def of_request(error: RequestValidationError) -> Problem:
    """From what FastAPI found wrong with a request, by where it found it."""
    return _invalid(error.errors(), _place_in_request)


def of_pydantic(error: ValidationError) -> Problem:
    """From what pydantic found wrong with a body. What was sent is never repeated: it may be a password."""
    return _invalid(error.errors(include_url=False, include_input=False), _place)


Found = Mapping[str, Any]


def _invalid(errors: Sequence[Found], place: Callable[[Found], dict[str, str]]) -> Problem:
    if any(error["type"] == "json_invalid" for error in errors):
        reason = errors[0].get("ctx", {}).get("error", "it cannot be read")
        return Problem(400, "MalformedJson", f"The body is not valid JSON: {reason}.")
    return Problem(422, "InvalidRequest", "Some fields are not as they should be.", errors=[place(e) for e in errors])


def _place_in_request(error: Found) -> dict[str, str]:
    part, *where = error["loc"]
    if part == "body":
        return {"pointer": pointer(where), "detail": error["msg"]}
    return {"parameter": str(where[0] if where else part), "detail": error["msg"]}


def _place(error: Found) -> dict[str, str]:
    return {"pointer": pointer(error["loc"]), "detail": error["msg"]}


def of_http(error: HTTPException) -> Problem:
    """From what the framework raises itself: no route, wrong method, and the like."""
    if isinstance(error, Problem):
        return error
    code = HTTPStatus(error.status_code).phrase.title().replace(" ", "")
    detail = "" if error.detail == HTTPStatus(error.status_code).phrase else str(error.detail)
    return Problem(error.status_code, code, detail, headers=error.headers)


def unexpected() -> Problem:
    return Problem(500, "InternalError", "Something failed here; the request id names it in our log.")


def _methods_at(app: FastAPI, request: Request) -> list[str]:
    """All methods that a path has; the framework names those of one route alone."""
    routes = (route for route in app.routes if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in routes for method in getattr(route, "methods", None) or ()})


def install(app: FastAPI) -> None:
    """Registers the handlers. What nobody expected is answered by `kit.http.requests`, which logs it too."""

    async def on_http(request: Request, error: Exception) -> Response:
        problem = of_http(error) if isinstance(error, HTTPException) else unexpected()
        if problem.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            problem.headers = {**(problem.headers or {}), "Allow": ", ".join(_methods_at(app, request))}
        return answer(problem)

    async def on_invalid(_request: Request, error: Exception) -> Response:
        return answer(of_request(error)) if isinstance(error, RequestValidationError) else answer(unexpected())

    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
