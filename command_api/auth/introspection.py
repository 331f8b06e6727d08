"""Who a token speaks for, for other processes that hold the token itself (RFC 7662)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.auth.forms import NO_STORE, form, needed, oauth_answers
from command_api.auth.standing import API_TOKEN
from command_api.parts import Parts, parts_of
from kit.http.bearer import API_TOKEN_PREFIX, Principal
from kit.http.problems import Problem

router = APIRouter(tags=["auth"])

_ANSWER: dict[str, Any] = {
    "type": "object",
    "required": ["active"],
    "properties": {
        "active": {"type": "boolean"},
        "sub": {"type": "string", "format": "uuid"},
        "roles": {"type": "array", "items": {"type": "string"}},
        "sid": {"type": "string"},
        "token_type": {"type": "string"},
    },
}


@dataclass(frozen=True, slots=True)
class Holder:
    """A good token's owner, now."""

    principal: Principal
    roles: frozenset[str]

    async def revoke(self, parts: Parts) -> None:
        token = self.principal.token_id
        if token.startswith(API_TOKEN):
            await parts.api_tokens.revoke(UUID(token.removeprefix(API_TOKEN)), self.principal.account)
        else:
            await parts.sessions.end(UUID(token))


async def holder(parts: Parts, token: str) -> Holder | None:
    """None for every token that is not good, whatever the reason."""
    try:
        principal = await parts.verifier.verify(f"Bearer {token}")
        actor = await parts.standing.actor(principal) if principal else None
    except Problem:
        return None
    return Holder(principal, actor.roles) if principal and actor else None


@router.post(
    "/auth/introspect",
    summary="Ask about a token that you hold",
    response_class=Response,
    responses={
        200: {"description": "What is known", "content": {"application/json": {"schema": _ANSWER}}},
        **oauth_answers(),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["token"],
                        "properties": {"token": {"type": "string"}},
                    },
                    "example": {"token": "pal_..."},
                }
            },
        }
    },
)
async def introspect(request: Request) -> Response:
    token = needed(await form(request), "token")
    found = await holder(parts_of(request), token)
    return Response(orjson.dumps(_described(found, token)), 200, NO_STORE, "application/json")


def _described(found: Holder | None, token: str) -> dict[str, Any]:
    if found is None:
        return {"active": False}
    return {
        "active": True,
        "sub": str(found.principal.account),
        "roles": sorted(found.roles),
        "sid": found.principal.token_id,
        "token_type": "api_token" if token.startswith(API_TOKEN_PREFIX) else "access_token",
    }
