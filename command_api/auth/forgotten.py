"""POST /auth/forgot and /auth/reset: another password by a link in a mail. They never say who has an account."""

import asyncio
import contextlib
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

from command_api.accounts.address import LINK, link_not_valid
from command_api.accounts.register import PASSWORD, text_field
from command_api.asked import Asked, asked, build
from command_api.auth.stored_secrets import account_of_link, new_link
from command_api.auth.throttle import network_of
from command_api.documented import door
from domain.accounts.account import Account
from domain.accounts.addresses import Address, address_name
from domain.accounts.change_password import ChangePassword
from domain.accounts.password import check_password
from domain.accounts.request_password_reset import RequestPasswordReset
from domain.command import Actor, Context
from domain.refusal import Refusal
from kit import clock
from kit.http import problems

router = APIRouter(tags=["auth"])

_ADDRESS: TypeAdapter[str] = TypeAdapter(Address)
_ANSWERS_AFTER_S = 0.1
"""Longer than an append takes, so that the time says nothing either."""
_TOO_MANY = {429: ["TooManyAttempts"]}


@router.post(
    "/auth/forgot",
    summary="Ask for a mail with a link that sets another password",
    **door(
        RequestPasswordReset,
        omit=["account"],
        given={"address": {"type": "string", "format": "email", "needed": True}},
        example={"address": "ines@example.org"},
        status=202,
        is_open=True,
        problems=_TOO_MANY,
    ),
)
async def forgot(request: Request) -> Response:
    at_door = await asked(request, is_open=True)
    fields = at_door.fields()
    address = _address(text_field(fields, "address"))
    build(RequestPasswordReset, fields, account=UUID(int=0))
    parts, name = at_door.parts, address_name(address).value
    await parts.throttle.count(parts.limits.mail_client, network_of(request.scope["client"]))
    await asyncio.gather(_request_reset(at_door, name), asyncio.sleep(_ANSWERS_AFTER_S))
    return Response(b"{}", 202, {"Cache-Control": "no-store"}, "application/json")


async def _request_reset(at_door: Asked, name: str) -> None:
    parts = at_door.parts
    stream = await parts.names.owner("address", name, is_private=True)
    await parts.throttle.count(parts.limits.mail_account, name)
    if stream is None:
        return
    account = UUID(stream.removeprefix("account-"))
    context = Context(Actor(account), clock.now(), one_time_token=new_link(account))
    with contextlib.suppress(Refusal):  # suspended, for one; the answer must not differ
        await at_door.carry_out(RequestPasswordReset(account=account), context=context)


@router.post(
    "/auth/reset",
    summary="Set another password by the link in the mail",
    **door(
        ChangePassword,
        omit=["account"],
        given={"token": LINK, "password": PASSWORD},
        example={"token": "0192b1a07f3c7d6e8a513c2f9d1e4b70.Zk2v", "password": "another line, longer still"},
        is_open=True,
        problems={403: ["LinkNotValid"], 422: ["PasswordRefused"], **_TOO_MANY},
    ),
)
async def reset(request: Request) -> Response:
    at_door = await asked(request, is_open=True)
    fields = at_door.fields()
    token, password = text_field(fields, "token"), text_field(fields, "password")
    check_password(password)
    parts = at_door.parts
    await parts.throttle.count(parts.limits.link_client, network_of(request.scope["client"]))
    account = account_of_link(token)
    if account is None:
        raise link_not_valid()
    # The version is read before the link: who uses the same link at once is then refused by the log.
    _, version = await parts.executor.load(Account, f"account-{account}")
    if not await parts.stored_secrets.is_link(token, "reset"):
        raise link_not_valid()
    hashed = await parts.passwords.hash(password)
    context = Context(Actor(account), clock.now(), password_hash=hashed)
    command = build(ChangePassword, fields, account=account)
    answer = await at_door.carry_out(command, about=account, context=context, expected_version=version)
    parts.standing.forget()
    return answer


def _address(text: str) -> str:
    try:
        return _ADDRESS.validate_python(text)
    except ValidationError as error:
        found = problems.of_pydantic(error)
        found.errors = [{"pointer": "/address", "detail": one["detail"]} for one in found.errors]
        raise found from None
