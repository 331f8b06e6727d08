"""POST /auth/token and /auth/revoke: OAuth2 password and refresh_token grants, revocation (RFC 6749, RFC 7009)."""

from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.auth import access_tokens, sign_in
from command_api.auth.forms import NO_STORE, OAuthError, form, needed, oauth_answers
from command_api.auth.introspection import holder
from command_api.auth.sessions import Refreshed
from command_api.auth.throttle import network_of
from command_api.parts import Parts, parts_of
from domain.accounts.account import Account

router = APIRouter(tags=["auth"])

_FORM = "application/x-www-form-urlencoded"
_GRANT: dict[str, Any] = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["password", "refresh_token"]},
        "username": {"type": "string", "description": "handle or address"},
        "password": {"type": "string", "format": "password"},
        "refresh_token": {"type": "string"},
    },
}
_TOKENS: dict[str, Any] = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "refresh_token"],
    "properties": {
        "access_token": {"type": "string"},
        "token_type": {"const": "Bearer"},
        "expires_in": {"type": "integer"},
        "refresh_token": {"type": "string", "description": "good once"},
    },
}
_PROBLEMS = oauth_answers()


def described(schema: dict[str, Any], example: dict[str, str]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {_FORM: {"schema": schema, "example": example}}}}


@router.post(
    "/auth/token",
    summary="Sign in, or exchange a refresh token",
    response_class=Response,
    responses={200: {"description": "Signed in", "content": {"application/json": {"schema": _TOKENS}}}, **_PROBLEMS},
    openapi_extra=described(
        _GRANT, {"grant_type": "password", "username": "ines", "password": "a line that only I know"}
    ),
)
async def token(request: Request) -> Response:
    parts, fields = parts_of(request), await form(request)
    match fields.get("grant_type"):
        case "password":
            name, password = needed(fields, "username"), needed(fields, "password")
            account, stored = await sign_in.check(parts, name, password, network_of(request.scope["client"]))
            return await _tokens(parts, account, await parts.sessions.start(account.id, stored))
        case "refresh_token":
            return await _refreshed(parts, needed(fields, "refresh_token"))
        case None:
            raise OAuthError("invalid_request", "The field grant_type is missing.")
    raise OAuthError("unsupported_grant_type", "grant_type is password or refresh_token.")


async def _refreshed(parts: Parts, refresh_token: str) -> Response:
    refreshed = await parts.sessions.refresh(refresh_token)
    if refreshed is None:
        raise OAuthError(
            "invalid_grant", "The refresh token was used before, has expired, or is not one; sign in again."
        )
    return await _tokens(parts, await sign_in.active(parts, refreshed.account), refreshed)


async def _tokens(parts: Parts, account: Account, session: Refreshed) -> Response:
    body = {
        "access_token": await access_tokens.sign(parts.keys, account.id, account.roles, session.session),
        "token_type": "Bearer",
        "expires_in": access_tokens.LIFETIME_S,
        "refresh_token": session.refresh_token,
    }
    return Response(orjson.dumps(body), 200, NO_STORE, "application/json")


@router.post(
    "/auth/revoke",
    summary="Sign out: end the session of a refresh token, or an API token",
    response_class=Response,
    responses={200: {"description": "It is not good any more, or never was"}, **_PROBLEMS},
    openapi_extra=described(
        {"type": "object", "required": ["token"], "properties": {"token": {"type": "string"}}}, {"token": "ref_..."}
    ),
)
async def revoke(request: Request) -> Response:
    parts, text = parts_of(request), needed(await form(request), "token")
    if session := parts.sessions.session_of(text):
        await parts.sessions.end(session)
    elif found := await holder(parts, text):
        await found.revoke(parts)
    parts.standing.forget()
    parts.verifier.forget()
    return Response(status_code=200, headers=NO_STORE)
