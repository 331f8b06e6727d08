"""POST /accounts: makes an account, open to anybody."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import Asked, asked, build
from command_api.auth.stored_secrets import new_link
from command_api.auth.throttle import network_of
from command_api.documented import NEEDED, door
from domain.accounts.password import check_password
from domain.accounts.refusals import PasswordRefused
from domain.accounts.register_account import RegisterAccount
from domain.command import Context
from kit import clock
from kit.http.problems import Problem
from kit.ids import new_id

router = APIRouter(tags=["accounts"])

PASSWORD = {"type": "string", "format": "password", "minLength": 10, "maxLength": 128, NEEDED: True}
_EXAMPLE = {
    "handle": "ines",
    "address": "ines@example.org",
    "name": "Inês Duarte",
    "password": "a line that only I know",
    "language": "pt",
    "time_zone": "Europe/Lisbon",
}


@router.post(
    "/accounts",
    summary="Register",
    **door(
        RegisterAccount,
        omit=["account"],
        given={"password": PASSWORD},
        example=_EXAMPLE,
        status=201,
        is_open=True,
        problems={422: [PasswordRefused.__name__], 429: ["TooManyAttempts"]},
    ),
)
async def register(request: Request) -> Response:
    at_door = await asked(request, is_open=True)
    fields = at_door.fields()
    password = text_field(fields, "password")
    command = build(RegisterAccount, fields, account=new_id())
    check_password(password, handle=command.handle, address=command.address)
    if repeat := await at_door.repeat():
        return repeat
    context = await _admitted(at_door, command, password)
    return await at_door.carry_out(
        command,
        status=201,
        location=f"/authors/{command.handle}",
        about=command.account,
        context=context,
        expected_version=0,
    )


async def _admitted(at_door: Asked, command: RegisterAccount, password: str) -> Context:
    parts = at_door.parts
    if not at_door.actor.is_admin:
        await parts.throttle.count(parts.limits.register_client, network_of(at_door.request.scope["client"]))
    context = Context(at_door.actor, clock.now(), one_time_token=new_link(command.account))
    return replace(context, password_hash=await parts.passwords.hash(password))


def text_field(fields: dict[str, Any], name: str) -> str:
    """Takes a text out of a body.

    Raises:
        Problem: 422, when it is not there or not a text.
    """
    found = fields.pop(name, None)
    if not isinstance(found, str):
        errors = [{"pointer": f"/{name}", "detail": "a text is needed"}]
        raise Problem(422, "InvalidRequest", "Some fields are not as they should be.", errors=errors)
    return found
