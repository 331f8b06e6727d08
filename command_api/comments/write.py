"""POST /posts/{id}/comments."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import Asked, asked, build
from command_api.documented import door
from command_api.handles import account_of
from domain.comments.write_comment import WriteComment
from kit.http.problems import Problem
from kit.ids import new_id

router = APIRouter(tags=["comments"])

_HANDLE = {"type": "string", "description": "handle of another author, for editors"}


@router.post(
    "/posts/{post}/comments",
    summary="Comment on a post",
    **door(
        WriteComment,
        omit=["comment", "post"],
        given={"author": _HANDLE},
        example={"body": "I have seen that light. *Once.*"},
        status=201,
    ),
)
async def write_comment(request: Request, post: UUID) -> Response:
    at_door = await asked(request)
    fields = at_door.fields()
    if fields.get("author") is not None:
        fields["author"] = await _author(at_door, fields["author"])
    comment = new_id()
    written = build(WriteComment, fields, comment=comment, post=post)
    return await at_door.carry_out(
        written, status=201, location=f"/comments/{comment}", about=comment, expected_version=0
    )


async def _author(at_door: Asked, handle: object) -> UUID:
    found = await account_of(at_door.parts.names, handle) if isinstance(handle, str) else None
    if found is None:
        errors = [{"pointer": "/author", "detail": "no such account"}]
        raise Problem(422, "InvalidRequest", "The author is named by their handle.", errors=errors)
    return found
