"""POST /posts/{id}/preview: a link that shows a post that is not public to whoever has it, for a while."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import jwt
import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from command_api.asked import asked
from command_api.auth.forms import NO_STORE
from command_api.auth.signing_keys import SigningKeys
from domain.command import Context
from domain.posts.post import Post
from domain.posts.post_command import own_post
from kit import clock
from kit.http import preview_tokens, problems
from kit.http.bearer import ISSUER
from kit.http.documenting import BEARER, COMMON, SIGNED_IN, json_body, problem_answers

router = APIRouter(tags=["posts"])

_LONGEST_HOURS = 30 * 24


class NewPreview(BaseModel):
    model_config = ConfigDict(extra="forbid")

    expires_in_hours: Annotated[int, Field(ge=1, le=_LONGEST_HOURS)] = 7 * 24


_MADE: dict[str, Any] = {
    "type": "object",
    "required": ["path", "preview", "expires_at"],
    "properties": {
        "path": {"type": "string", "description": "on the query API"},
        "preview": {"type": "string", "description": "the parameter alone"},
        "expires_at": {"type": "string", "format": "date-time"},
    },
}


@router.post(
    "/posts/{post}/preview",
    summary="Make a link that shows a draft",
    status_code=201,
    response_class=Response,
    responses={
        201: {"description": "Made", "content": {"application/json": {"schema": _MADE}}},
        **problem_answers(COMMON, SIGNED_IN, {403: ["NotTheAuthor"], 404: ["NoSuchPost"]}),
    },
    openapi_extra={
        "security": BEARER,
        "requestBody": json_body(NewPreview.model_json_schema(), {"expires_in_hours": 24}, is_required=False),
    },
)
async def make_preview(request: Request, post: UUID) -> Response:
    """Nothing is stored, so making it twice is no harm: the links differ in when they expire."""
    at_door = await asked(request)
    try:
        wanted = NewPreview.model_validate(at_door.fields())
    except ValidationError as error:
        raise problems.of_pydantic(error) from None
    state, _ = await at_door.parts.executor.load(Post, f"post-{post}")
    own_post(state, Context(at_door.actor, clock.now()))
    account: Any = at_door.actor.account
    expires_at = clock.now().replace(microsecond=0) + timedelta(hours=wanted.expires_in_hours)
    token = await _sign(at_door.parts.keys, account, post, expires_at)
    path = f"/posts/{post}?preview={token}"
    body = {"path": path, "preview": token, "expires_at": expires_at}
    return Response(orjson.dumps(body), 201, {**NO_STORE, "Location": path}, "application/json")


async def _sign(keys: SigningKeys, account: UUID, post: UUID, expires_at: datetime) -> str:
    claims = {
        "iss": ISSUER,
        "aud": preview_tokens.AUDIENCE,
        "sub": str(account),
        "post": str(post),
        "iat": int(clock.now().timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    key = await keys.signing()
    return jwt.encode(claims, key.private, key.algorithm, {"kid": key.id})
