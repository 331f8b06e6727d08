"""PATCH and DELETE /media/{id}."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.documented import door
from domain.media.delete_media import DeleteMedia
from domain.media.describe_media import DescribeMedia

router = APIRouter(tags=["media"])


@router.patch(
    "/media/{media}",
    summary="Say what a medium shows",
    **door(DescribeMedia, omit=["media"], example={"alt": "A lighthouse at dusk, seen from the sea."}),
)
async def describe_media(request: Request, media: UUID) -> Response:
    at_door = await asked(request)
    return await at_door.carry_out(build(DescribeMedia, at_door.fields(), media=media), about=media)


@router.delete("/media/{media}", summary="Delete a medium", **door(DeleteMedia, omit=["media"]))
async def delete_media(request: Request, media: UUID) -> Response:
    """Posts that use it show nothing in its place."""
    at_door = await asked(request)
    return await at_door.carry_out(build(DeleteMedia, at_door.fields(), media=media), about=media)
