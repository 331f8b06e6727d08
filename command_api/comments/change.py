"""PATCH and DELETE /comments/{id}; POST /comments/{id}/flag, /approve, /reject."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from command_api.asked import asked, build
from command_api.comments.found import post_of
from command_api.documented import door
from domain.comments.approve_comment import ApproveComment
from domain.comments.comment_command import CommentCommand
from domain.comments.delete_comment import DeleteComment
from domain.comments.edit_comment import EditComment
from domain.comments.flag_comment import FlagComment
from domain.comments.reject_comment import RejectComment

router = APIRouter(tags=["comments"])

_GIVEN = ("comment", "post")


@router.patch(
    "/comments/{comment}",
    summary="Put a comment otherwise",
    **door(EditComment, omit=_GIVEN, example={"body": "I have seen that light. *Twice.*"}),
)
async def edit_comment(request: Request, comment: UUID) -> Response:
    return await _carry_out(request, EditComment, comment)


@router.delete("/comments/{comment}", summary="Delete a comment", **door(DeleteComment, omit=_GIVEN))
async def delete_comment(request: Request, comment: UUID) -> Response:
    return await _carry_out(request, DeleteComment, comment)


@router.post("/comments/{comment}/flag", summary="Ask moderators to look", **door(FlagComment, omit=_GIVEN))
async def flag_comment(request: Request, comment: UUID) -> Response:
    return await _carry_out(request, FlagComment, comment)


@router.post("/comments/{comment}/approve", summary="Show a flagged comment", **door(ApproveComment, omit=_GIVEN))
async def approve_comment(request: Request, comment: UUID) -> Response:
    return await _carry_out(request, ApproveComment, comment)


@router.post("/comments/{comment}/reject", summary="Hide a comment", **door(RejectComment, omit=_GIVEN))
async def reject_comment(request: Request, comment: UUID) -> Response:
    return await _carry_out(request, RejectComment, comment)


async def _carry_out(request: Request, command: type[CommentCommand], comment: UUID) -> Response:
    at_door = await asked(request)
    post = await post_of(at_door.parts, comment)
    return await at_door.carry_out(build(command, at_door.fields(), comment=comment, post=post), about=comment)
