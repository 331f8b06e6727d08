"""PUT and DELETE /posts/{id}/like."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.documented import door
from domain.likes.like_command import LikeCommand
from domain.likes.like_post import LikePost
from domain.likes.unlike_post import UnlikePost

router = APIRouter(tags=["posts"])

_GIVEN = ("post", "account")


@router.put("/posts/{post}/like", summary="Like a post", **door(LikePost, omit=_GIVEN))
async def like_post(request: Request, post: UUID) -> Response:
    return await _carry_out(request, LikePost, post)


@router.delete("/posts/{post}/like", summary="Take a like back", **door(UnlikePost, omit=_GIVEN))
async def unlike_post(request: Request, post: UUID) -> Response:
    return await _carry_out(request, UnlikePost, post)


async def _carry_out(request: Request, command: type[LikeCommand], post: UUID) -> Response:
    at_door = await asked(request)
    like = build(command, at_door.fields(), post=post, account=at_door.actor.account)
    return await at_door.carry_out(like, about=post)
