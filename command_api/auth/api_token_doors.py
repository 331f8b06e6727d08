"""POST /auth/api-tokens and DELETE /auth/api-tokens/{id}; GET /.well-known/jwks.json."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from command_api.asked import asked
from command_api.auth.api_tokens import MOST_PER_ACCOUNT
from command_api.auth.forms import NO_STORE
from command_api.parts import parts_of
from domain.text import SINGLE_LINE, STRIPPED
from kit.http import problems
from kit.http.documenting import BEARER, COMMON, SIGNED_IN, json_body, problem_answers
from kit.http.problems import Problem

router = APIRouter(tags=["auth"])


class NewApiToken(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, STRIPPED, Field(min_length=1, max_length=100), SINGLE_LINE]
    expires_in_days: Annotated[int, Field(ge=1, le=365)] = 90
    at_most: Annotated[int, Field(ge=1, le=MOST_PER_ACCOUNT, description="of this name: the oldest end")] | None = None


_MADE: dict[str, Any] = {
    "type": "object",
    "required": ["id", "token", "name", "expires_at"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "token": {"type": "string", "description": "shown this once; send it as `Authorization: Bearer`"},
        "name": {"type": "string"},
        "expires_at": {"type": "string", "format": "date-time"},
    },
}


@router.post(
    "/auth/api-tokens",
    summary="Make a token for a program",
    status_code=201,
    response_class=Response,
    responses={
        201: {"description": "Made", "content": {"application/json": {"schema": _MADE}}},
        **problem_answers(COMMON, SIGNED_IN, {409: ["TooManyApiTokens"]}),
    },
    openapi_extra={
        "security": BEARER,
        "requestBody": json_body(NewApiToken.model_json_schema(), {"name": "importer", "expires_in_days": 30}),
    },
)
async def make_api_token(request: Request) -> Response:
    at_door = await asked(request)
    try:
        wanted = NewApiToken.model_validate(at_door.fields())
    except ValidationError as error:
        raise problems.of_pydantic(error) from None
    account: Any = at_door.actor.account
    lasts = timedelta(days=wanted.expires_in_days)
    made, token = await at_door.parts.api_tokens.issue(account, wanted.name, lasts, at_most=wanted.at_most)
    if wanted.at_most is not None:
        at_door.parts.standing.forget()
        at_door.parts.verifier.forget()
    body = {"id": made.id, "token": token, "name": wanted.name, "expires_at": made.expires_at}
    return Response(
        orjson.dumps(body), 201, {**NO_STORE, "Location": f"/auth/api-tokens/{made.id}"}, "application/json"
    )


@router.delete(
    "/auth/api-tokens/{token}",
    summary="Revoke a token",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "Revoked"}, **problem_answers(COMMON, SIGNED_IN, {404: ["NoSuchApiToken"]})},
    openapi_extra={"security": BEARER},
)
async def revoke_api_token(request: Request, token: UUID) -> Response:
    at_door = await asked(request)
    account: Any = at_door.actor.account
    if not await at_door.parts.api_tokens.revoke(token, account):
        raise Problem(404, "NoSuchApiToken", "You have no such token.")
    at_door.parts.standing.forget()
    at_door.parts.verifier.forget()
    return Response(status_code=204)


@router.get(
    "/.well-known/jwks.json",
    summary="The keys that access tokens are signed with",
    response_class=Response,
    responses={
        200: {"description": "RFC 7517", "content": {"application/json": {"schema": {"type": "object"}}}},
        **problem_answers({503: ["LogUnavailable"]}),
    },
)
async def jwks(request: Request) -> Response:
    found = await parts_of(request).keys.jwks()
    return Response(orjson.dumps(found), 200, {"Cache-Control": "public, max-age=60"}, "application/json")
