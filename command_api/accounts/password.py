"""POST /accounts/me/password: another password, for someone who knows the old one. It ends all sign-in sessions."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.accounts.register import PASSWORD, text_field
from command_api.asked import Asked, asked, build
from command_api.documented import NEEDED, door
from domain.accounts.change_password import ChangePassword
from domain.accounts.password import check_password
from domain.command import Context
from kit import clock
from kit.http.problems import Problem

router = APIRouter(tags=["accounts"])

_GIVEN = {"current_password": {"type": "string", "format": "password", NEEDED: True}, "password": PASSWORD}


@router.post(
    "/accounts/me/password",
    summary="Change your password",
    **door(
        ChangePassword,
        omit=["account"],
        given=_GIVEN,
        example={"current_password": "a line that only I know", "password": "another line, longer still"},
        problems={403: ["WrongPassword"], 422: ["PasswordRefused"], 429: ["TooManyAttempts"]},
    ),
)
async def change_password(request: Request) -> Response:
    at_door = await asked(request)
    fields = at_door.fields()
    current, password = text_field(fields, "current_password"), text_field(fields, "password")
    command = build(ChangePassword, fields, account=at_door.actor.account)
    check_password(password)
    if repeat := await at_door.repeat():
        return repeat
    await require_password(at_door, command.stream, current)
    hashed = await at_door.parts.passwords.hash(password)
    context = Context(at_door.actor, clock.now(), password_hash=hashed)
    answer = await at_door.carry_out(command, about=command.account, context=context)
    at_door.parts.standing.forget()
    return answer


async def require_password(at_door: Asked, stream: str, password: str) -> None:
    """Raises a Problem, 403, when this is not the account's password; 429 after too many tries."""
    parts, limit = at_door.parts, at_door.parts.limits.sign_in_account
    await parts.throttle.count(limit, stream)
    if not await parts.passwords.matches(await parts.stored_secrets.password_hash(stream), password):
        errors = [{"pointer": "/current_password", "detail": "not the password"}]
        raise Problem(403, "WrongPassword", "The current password is another.", errors=errors)
    await parts.throttle.forgive(limit, stream)
