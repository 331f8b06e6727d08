"""PATCH and DELETE /accounts/me, POST /accounts/me/handle, PUT /accounts/me/notifications."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.documented import door
from domain.accounts.account_command import AccountCommand
from domain.accounts.change_handle import ChangeHandle
from domain.accounts.choose_notifications import ChooseNotifications
from domain.accounts.close_account import CloseAccount
from domain.accounts.update_profile import UpdateProfile

router = APIRouter(tags=["accounts"])


@router.patch(
    "/accounts/me",
    summary="Change your profile",
    **door(UpdateProfile, omit=["account"], example={"name": "Inês D.", "biography": "Writes about the sea."}),
)
async def update_profile(request: Request) -> Response:
    return await _on_own(request, UpdateProfile)


@router.post(
    "/accounts/me/handle",
    summary="Take another handle",
    **door(ChangeHandle, omit=["account"], example={"handle": "ines-d"}),
)
async def change_handle(request: Request) -> Response:
    return await _on_own(request, ChangeHandle)


@router.put(
    "/accounts/me/notifications",
    summary="Choose what comes by mail",
    **door(ChooseNotifications, omit=["account"], example={"by_mail": ["comment", "reply"]}),
)
async def choose_notifications(request: Request) -> Response:
    return await _on_own(request, ChooseNotifications)


@router.delete(
    "/accounts/me",
    summary="Close your account, for good",
    **door(CloseAccount, omit=["account"], example={"erase_content": False}),
)
async def close_account(request: Request) -> Response:
    answer = await _on_own(request, CloseAccount)
    request.app.state.parts.standing.forget()
    return answer


async def _on_own(request: Request, command: type[AccountCommand]) -> Response:
    at_door = await asked(request)
    account: Any = at_door.actor.account
    return await at_door.carry_out(build(command, at_door.fields(), account=account), about=account)
