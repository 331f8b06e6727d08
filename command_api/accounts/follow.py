"""PUT and DELETE /accounts/{handle}/follow."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.documented import door
from command_api.handles import account_at
from domain.follows.follow_account import FollowAccount
from domain.follows.follow_command import FollowCommand
from domain.follows.unfollow_account import UnfollowAccount

router = APIRouter(tags=["accounts"])

_GIVEN = ("follower", "followee")
_ABSENT = {404: ["NoSuchAccount"]}


@router.put(
    "/accounts/{handle}/follow", summary="Follow an account", **door(FollowAccount, omit=_GIVEN, problems=_ABSENT)
)
async def follow_account(request: Request, handle: str) -> Response:
    return await _carry_out(request, FollowAccount, handle)


@router.delete(
    "/accounts/{handle}/follow", summary="Follow it no longer", **door(UnfollowAccount, omit=_GIVEN, problems=_ABSENT)
)
async def unfollow_account(request: Request, handle: str) -> Response:
    return await _carry_out(request, UnfollowAccount, handle)


async def _carry_out(request: Request, command: type[FollowCommand], handle: str) -> Response:
    at_door = await asked(request)
    followee = await account_at(at_door.parts.names, handle)
    follow = build(command, at_door.fields(), follower=at_door.actor.account, followee=followee)
    return await at_door.carry_out(follow, about=followee)
