"""PATCH /posts/{id}, DELETE /posts/{id}, PUT /posts/{id}/slug."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.documented import HANDLES, door
from command_api.handles import authors_of
from domain.posts.change_slug import ChangeSlug
from domain.posts.delete_post import DeletePost
from domain.posts.revise_post import RevisePost

router = APIRouter(tags=["posts"])


@router.patch(
    "/posts/{post}",
    summary="Revise a post",
    **door(RevisePost, omit=["post"], given={"authors": HANDLES}, example={"title": "Another title"}),
)
async def revise_post(request: Request, post: UUID) -> Response:
    at_door = await asked(request)
    fields = at_door.fields()
    if fields.get("authors"):
        fields["authors"] = await authors_of(at_door.parts.names, fields["authors"])
    return await at_door.carry_out(build(RevisePost, fields, post=post), about=post)


@router.delete("/posts/{post}", summary="Delete a post", **door(DeletePost, omit=["post"]))
async def delete_post(request: Request, post: UUID) -> Response:
    at_door = await asked(request)
    return await at_door.carry_out(build(DeletePost, at_door.fields(), post=post), about=post)


@router.put(
    "/posts/{post}/slug",
    summary="Ask for another slug",
    **door(ChangeSlug, omit=["post"], example={"slug": "the-keeper"}),
)
async def change_slug(request: Request, post: UUID) -> Response:
    at_door = await asked(request)
    return await at_door.carry_out(build(ChangeSlug, at_door.fields(), post=post), about=post)
