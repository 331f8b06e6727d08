"""Who asks, what they may send, and answers as JSON."""

import re
from typing import Annotated, Any

import orjson
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from examples.realworld.doors import Caller, Wrong

_TOKEN = re.compile(r"(?:Token|Bearer) +(pal_[\w-]+)(?:~([\w.-]+))?", re.IGNORECASE | re.ASCII)


async def anybody(request: Request) -> Caller:
    sent, client = request.headers.get("authorization"), request.client
    found = _TOKEN.fullmatch(sent.strip()) if sent else None
    if sent and found is None:
        raise Wrong(401, {"token": "is invalid"})
    return Caller(request.app.state.doors, client.host if client else "", *(found.groups() if found else ()))


async def signed_in(caller: "Anybody") -> Caller:
    if caller.token is None:
        raise Wrong(401, {"token": "is missing"})
    return caller


Anybody = Annotated[Caller, Depends(anybody)]
SignedIn = Annotated[Caller, Depends(signed_in)]
Given = Annotated[str, Field(pattern=r"\S")]


def answer(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def install(app: FastAPI) -> None:
    app.add_api_route("/healthz", lambda: {"up": True})
    app.add_api_route("/readyz", _ready)
    for error in (Wrong, RequestValidationError, HTTPException):
        app.add_exception_handler(error, _in_the_shape_of_the_contract)


async def _ready(caller: Anybody) -> Response:
    return answer(await caller.read("/site"))  # which asks both sides


async def _in_the_shape_of_the_contract(_request: Request, error: Any) -> Response:
    match error:
        case Wrong():
            return answer({"errors": error.errors}, error.status)
        case RequestValidationError():
            return answer({"errors": dict(map(_told, error.errors()))}, 422)
    return answer({"errors": {"request": [error.detail.lower()]}}, error.status_code)


def _told(error: dict[str, Any]) -> tuple[str, list[str]]:
    field = [part for part in error["loc"] if isinstance(part, str)][-1]
    is_blank = error["input"] is None or error["type"] in {"missing", "string_pattern_mismatch"}
    return field, ["can't be blank" if is_blank else str(error["msg"])]
