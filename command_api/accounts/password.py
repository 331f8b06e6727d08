"""POST /accounts/me/password: another password, for who knows the old one or has just signed in with it.

It ends all sign-in sessions.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.accounts.register import PASSWORD, text_field
from command_api.asked import Asked, asked, build
from command_api.auth.standing import API_TOKEN
from command_api.documented import door
from domain.accounts.change_password import ChangePassword
from domain.accounts.password import check_password
from domain.command import Context
from kit import clock
from kit.http.problems import Problem
from kit.ids import made_at

router = APIRouter(tags=["accounts"])

RECENT = timedelta(minutes=15)
"""Who signed in within this time need not say the current password again."""
_CURRENT = {
    "type": "string",
    "format": "password",
    "description": "needed by API tokens, and 15 minutes after signing in",
}
_GIVEN = {"current_password": _CURRENT, "password": PASSWORD}


@router.post(
    "/accounts/me/password",
    summary="Change your password",
    **door(
        ChangePassword,
        omit=["account"],
        given=_GIVEN,
        example={"current_password": "a line that only I know", "password": "another line, longer still"},
        problems={403: ["WrongPassword", "CurrentPasswordNeeded"], 422: ["PasswordRefused"], 429: ["TooManyAttempts"]},
    ),
)
async def change_password(request: Request) -> Response:
    at_door = await asked(request)
    fields = at_door.fields()
    current, password = _current(fields), text_field(fields, "password")
    command = build(ChangePassword, fields, account=at_door.actor.account)
    check_password(password)
    if repeat := await at_door.repeat():
        return repeat
    if current is not None:
        await require_password(at_door, command.stream, current)
    elif not await _has_just_signed_in(at_door):
        raise Problem(403, "CurrentPasswordNeeded", "Give the current password, or sign in again.")
    hashed = await at_door.parts.passwords.hash(password)
    context = Context(at_door.actor, clock.now(), password_hash=hashed)
    answer = await at_door.carry_out(command, about=command.account, context=context)
    at_door.parts.standing.forget()
    return answer


def _current(fields: dict[str, Any]) -> str | None:
    return text_field(fields, "current_password") if "current_password" in fields else None


async def _has_just_signed_in(at_door: Asked) -> bool:
    """Whether a sign-in session asks that began within RECENT. An API token says nothing of who holds it."""
    principal = await at_door.parts.verifier.verify(at_door.headers[b"authorization"].decode("latin-1"))
    if principal is None or principal.token_id.startswith(API_TOKEN):
        return False
    return clock.now() - made_at(UUID(principal.token_id)) < RECENT


async def require_password(at_door: Asked, stream: str, password: str) -> None:
    """Raises a Problem, 403, when this is not the account's password; 429 after too many tries."""
    parts, limit = at_door.parts, at_door.parts.limits.sign_in_account
    await parts.throttle.count(limit, stream)
    if not await parts.passwords.matches(await parts.stored_secrets.password_hash(stream), password):
        errors = [{"pointer": "/current_password", "detail": "not the password"}]
        raise Problem(403, "WrongPassword", "The current password is another.", errors=errors)
    await parts.throttle.forgive(limit, stream)
