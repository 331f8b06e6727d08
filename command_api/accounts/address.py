"""POST /accounts/me/address, POST /accounts/me/confirmation, POST /accounts/confirm: proving an address by a link."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.accounts.register import text_field
from command_api.asked import Asked, asked, build
from command_api.auth.stored_secrets import account_of_link, new_link
from command_api.auth.throttle import network_of
from command_api.documented import NEEDED, door
from domain.accounts.account import Account
from domain.accounts.account_command import AccountCommand
from domain.accounts.addresses import address_name
from domain.accounts.confirm_address import ConfirmAddress
from domain.accounts.request_address_change import RequestAddressChange
from domain.accounts.resend_confirmation import ResendConfirmation
from domain.command import Actor, Context, Name
from engine.log.names import Names
from kit import clock
from kit.http.problems import Problem

router = APIRouter(tags=["accounts"])

_TOO_MANY = {429: ["TooManyAttempts"]}
LINK = {"type": "string", "description": "as the link in the mail carries it", NEEDED: True}


@router.post(
    "/accounts/me/address",
    summary="Ask for another address",
    **door(RequestAddressChange, omit=["account"], example={"address": "ines@example.net"}, problems=_TOO_MANY),
)
async def request_address_change(request: Request) -> Response:
    return await _mailed(request, RequestAddressChange)


@router.post(
    "/accounts/me/confirmation",
    summary="Ask for the confirmation mail again",
    **door(ResendConfirmation, omit=["account"], problems=_TOO_MANY),
)
async def resend_confirmation(request: Request) -> Response:
    return await _mailed(request, ResendConfirmation)


async def _mailed(request: Request, command: type[AccountCommand]) -> Response:
    at_door = await asked(request)
    account: Any = at_door.actor.account
    built = build(command, at_door.fields(), account=account)
    await at_door.parts.throttle.count(at_door.parts.limits.mail_account, str(account))
    taken = await _taken(at_door.parts.names, built) if isinstance(built, RequestAddressChange) else frozenset()
    context = Context(at_door.actor, clock.now(), taken=taken, one_time_token=new_link(account))
    return await at_door.carry_out(built, about=account, context=context)


async def _taken(names: Names, wanted: RequestAddressChange) -> frozenset[Name]:
    """The address, when somebody has it: no claim is made before the link is used, so none would be refused."""
    name = address_name(wanted.address)
    owner = await names.owner(name.kind, name.value, is_private=name.is_private)
    return frozenset() if owner is None else frozenset({name})


@router.post(
    "/accounts/confirm",
    summary="Prove an address by the link in the mail",
    **door(
        ConfirmAddress,
        omit=["account", "is_change"],
        given={"token": LINK},
        example={"token": "0192b1a07f3c7d6e8a513c2f9d1e4b70.Zk2v"},
        is_open=True,
        problems={403: ["LinkNotValid"], **_TOO_MANY},
    ),
)
async def confirm_address(request: Request) -> Response:
    at_door = await asked(request, is_open=True)
    fields = at_door.fields()
    token = text_field(fields, "token")
    command, version = await _proven(at_door, token, fields)
    if isinstance(command, Response):
        return command
    context = Context(Actor(command.account, is_system=True), clock.now())
    return await at_door.carry_out(command, about=command.account, context=context, expected_version=version)


async def _proven(at_door: Asked, token: str, fields: dict[str, Any]) -> tuple[ConfirmAddress | Response, int]:
    if repeat := await at_door.repeat():
        return repeat, 0
    parts, account = at_door.parts, account_of_link(token)
    await parts.throttle.count(parts.limits.link_client, network_of(at_door.request.scope["client"]))
    if account is None:
        raise link_not_valid()
    # The version is read before the link: who uses the same link at once is then refused by the log.
    _, version = await parts.executor.load(Account, f"account-{account}")
    is_change = await parts.stored_secrets.is_link(token, "address")
    if not is_change and not await parts.stored_secrets.is_link(token, "confirmation"):
        raise link_not_valid()
    return build(ConfirmAddress, fields, account=account, is_change=is_change), version


def link_not_valid() -> Problem:
    return Problem(403, "LinkNotValid", "The link was used, has expired, or a newer one was sent.")
