"""Doors of admins: roles, suspension, credited authors."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.documented import door
from command_api.handles import account_at
from domain.accounts.account_command import AccountCommand
from domain.accounts.credit_author import CreditAuthor
from domain.accounts.grant_role import GrantRole
from domain.accounts.reinstate_account import ReinstateAccount
from domain.accounts.revoke_role import RevokeRole
from domain.accounts.suspend_account import SuspendAccount
from domain.rights import require_admin
from kit.ids import new_id

router = APIRouter(tags=["admin"])

_ABSENT = {404: ["NoSuchAccount"]}


@router.put(
    "/accounts/{handle}/roles/{role}",
    summary="Grant a role",
    **door(GrantRole, omit=["account", "role"], problems=_ABSENT),
)
async def grant_role(request: Request, handle: str, role: str) -> Response:
    return await _on_another(request, GrantRole, handle, role=role)


@router.delete(
    "/accounts/{handle}/roles/{role}",
    summary="Take a role back",
    **door(RevokeRole, omit=["account", "role"], problems=_ABSENT),
)
async def revoke_role(request: Request, handle: str, role: str) -> Response:
    return await _on_another(request, RevokeRole, handle, role=role)


@router.post(
    "/accounts/{handle}/suspend",
    summary="Stop an account from acting",
    **door(SuspendAccount, omit=["account"], example={"reason": "Sells what is not theirs."}, problems=_ABSENT),
)
async def suspend_account(request: Request, handle: str) -> Response:
    return await _on_another(request, SuspendAccount, handle)


@router.post(
    "/accounts/{handle}/reinstate",
    summary="Let an account act again",
    **door(ReinstateAccount, omit=["account"], problems=_ABSENT),
)
async def reinstate_account(request: Request, handle: str) -> Response:
    return await _on_another(request, ReinstateAccount, handle)


@router.post(
    "/authors",
    summary="Credit an author who has no account",
    **door(CreditAuthor, omit=["account"], example={"handle": "selma", "name": "Selma Lagerlöf"}, status=201),
)
async def credit_author(request: Request) -> Response:
    at_door = await asked(request)
    command = build(CreditAuthor, at_door.fields(), account=new_id())
    return await at_door.carry_out(
        command, status=201, location=f"/authors/{command.handle}", about=command.account, expected_version=0
    )


async def _on_another(request: Request, command: type[AccountCommand], handle: str, **ids: Any) -> Response:
    at_door = await asked(request)
    require_admin(at_door.actor)
    account = await account_at(at_door.parts.names, handle)
    answer = await at_door.carry_out(build(command, at_door.fields(), account=account, **ids), about=account)
    at_door.parts.standing.forget()
    return answer
