"""POST /posts: begins a post, and publishes it at once when asked to."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.documented import HANDLES, door
from command_api.handles import authors_of
from domain.command import Command
from domain.posts.draft_post import DraftPost
from domain.posts.publish_post import PublishPost
from kit.http.bytes_route import BytesRoute
from kit.http.problems import Problem
from kit.ids import new_id

router = APIRouter(tags=["posts"], route_class=BytesRoute)

_EXAMPLE = {
    "title": "The keeper of the light",
    "body": "It was *long* before the sea gave anything back.",
    "tags": ["Sea", "Memory"],
    "publish": True,
}
_GIVEN = {
    "authors": HANDLES,
    "publish": {"type": "boolean", "default": False},
    "published_at": {"type": "string", "format": "date-time", "description": "with `publish`, for editors"},
}


@router.post(
    "/posts",
    summary="Begin a post",
    **door(DraftPost, PublishPost, omit=["post"], given=_GIVEN, example=_EXAMPLE, status=201),
)
async def draft_post(request: Request) -> Response:
    at_door = await asked(request)
    fields = at_door.fields()
    post = new_id()
    published = _published(fields, post)
    if fields.get("authors"):
        fields["authors"] = await authors_of(at_door.parts.names, fields["authors"])
    drafted = build(DraftPost, fields, post=post)
    return await at_door.carry_out(
        drafted, *published, status=201, location=f"/posts/{post}", about=post, expected_version=0
    )


def _published(fields: dict[str, Any], post: Any) -> tuple[Command, ...]:
    publish, date = fields.pop("publish", False), fields.pop("published_at", None)
    if not isinstance(publish, bool):
        raise _refused("/publish", "true or false")
    if date is not None and not publish:
        raise _refused("/published_at", "goes with publish: true")
    return (build(PublishPost, {"published_at": date}, post=post),) if publish else ()


def _refused(pointer: str, detail: str) -> Problem:
    errors = [{"pointer": pointer, "detail": detail}]
    return Problem(422, "InvalidRequest", "Some fields are not as they should be.", errors=errors)
