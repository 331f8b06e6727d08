"""Tells editors which comment was hidden by flags, and its author what became of it."""

from uuid import UUID

from domain.comments.comment import Comment
from domain.comments.events import CommentApproved, CommentFlagged, CommentRejected
from engine.log.records import Recorded
from jobs.job import Job
from jobs.recipient import who_wants
from jobs.told_comment import STALE_S, actor_of, told_comment
from jobs.tools import Tools


async def each(cause: Recorded, tools: Tools) -> list[UUID]:
    """Nobody is told what they did themselves, and no author of flags that hid nothing."""
    comment: Comment = (await tools.executor.load(Comment, cause.stream))[0]
    concerned = {comment.author}
    match cause.event:
        case CommentFlagged() as flagged:
            if not flagged.is_hidden:
                return []
            await tools.readers.reach(cause, "accounts")
            concerned |= set(await tools.audience.editors_wanting("moderation"))
        case CommentApproved():
            before: Comment = await tools.history.before(Comment, cause)
            if before.is_shown:
                return []
    return [account for account in concerned if str(account) != actor_of(cause)]


async def perform(cause: Recorded, tools: Tools, subject: UUID) -> None:
    to = await who_wants("moderation", subject, tools.executor)
    if to is None:
        return
    template, status = await _says(cause, subject, tools)
    said = await told_comment(cause, status, tools)
    if said is not None:
        reference = f"{cause.id}.{JOB.name}.{subject.hex}"
        await tools.mailroom.notify("moderation", template, to, reference=reference, **said)


async def _says(cause: Recorded, subject: UUID, tools: Tools) -> tuple[str, str]:
    """The template, and what the comment must still be."""
    if isinstance(cause.event, CommentApproved):
        return "comment_approved", "shown"
    if isinstance(cause.event, CommentRejected):
        return "comment_rejected", "rejected"
    comment: Comment = (await tools.executor.load(Comment, cause.stream))[0]
    return ("comment_hidden" if subject == comment.author else "comment_to_moderate"), "hidden"


JOB = Job(
    "moderation_mail",
    (CommentFlagged, CommentApproved, CommentRejected),
    perform,
    queue="mail",
    expires_s=STALE_S,
    each=each,
)
