"""POST /posts/{id}/publish, /schedule, /unschedule, /unpublish, /archive, /restore."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.documented import door
from domain.posts.archive_post import ArchivePost
from domain.posts.post_command import PostCommand
from domain.posts.publish_post import PublishPost
from domain.posts.restore_post import RestorePost
from domain.posts.schedule_post import SchedulePost
from domain.posts.unpublish_post import UnpublishPost
from domain.posts.unschedule_post import UnschedulePost

router = APIRouter(tags=["posts"])


@router.post(
    "/posts/{post}/publish",
    summary="Publish a post",
    **door(PublishPost, omit=["post"], example={}),
)
async def publish_post(request: Request, post: UUID) -> Response:
    return await _step(request, PublishPost, post)


@router.post(
    "/posts/{post}/schedule",
    summary="Publish a post at a time that lies ahead",
    **door(SchedulePost, omit=["post"], example={"publish_at": "2026-12-24T18:00:00+01:00"}),
)
async def schedule_post(request: Request, post: UUID) -> Response:
    return await _step(request, SchedulePost, post)


@router.post("/posts/{post}/unschedule", summary="Leave it a draft", **door(UnschedulePost, omit=["post"]))
async def unschedule_post(request: Request, post: UUID) -> Response:
    return await _step(request, UnschedulePost, post)


@router.post("/posts/{post}/unpublish", summary="Make a draft of it again", **door(UnpublishPost, omit=["post"]))
async def unpublish_post(request: Request, post: UUID) -> Response:
    return await _step(request, UnpublishPost, post)


@router.post("/posts/{post}/archive", summary="Put a post away", **door(ArchivePost, omit=["post"]))
async def archive_post(request: Request, post: UUID) -> Response:
    return await _step(request, ArchivePost, post)


@router.post("/posts/{post}/restore", summary="Take a post out of the archive", **door(RestorePost, omit=["post"]))
async def restore_post(request: Request, post: UUID) -> Response:
    return await _step(request, RestorePost, post)


async def _step(request: Request, command: type[PostCommand], post: UUID) -> Response:
    at_door = await asked(request)
    return await at_door.carry_out(build(command, at_door.fields(), post=post), about=post)
