"""GET /head: the consistency token of all that was stored so far."""

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.parts import parts_of
from kit.http.bytes_route import BytesRoute
from kit.http.documenting import problem_answers

router = APIRouter(tags=["reading back"], route_class=BytesRoute)

_ANSWER = {
    "type": "object",
    "required": ["token"],
    "properties": {"token": {"type": "string", "description": "a query that sends it sees all that was stored"}},
    "example": {"token": "1:0.12,1.3,2.44"},
}


@router.get(
    "/head",
    summary="A consistency token of everything stored so far",
    response_class=Response,
    responses={
        200: {
            "description": "As of now",
            "headers": {"Consistency-Token": {"schema": {"type": "string"}}},
            "content": {"application/json": {"schema": _ANSWER}},
        },
        **problem_answers({500: ["InternalError"], 503: ["LogUnavailable"]}),
    },
)
async def read_head(request: Request) -> Response:
    token = str(await parts_of(request).newest.token())
    headers = {"Consistency-Token": token, "Cache-Control": "no-store"}
    return Response(orjson.dumps({"token": token}), 200, headers, "application/json")
