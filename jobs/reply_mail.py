"""Tells somebody that their comment was answered. Sent twice, it has the same Message-ID."""

from domain.comments.comment import Comment
from domain.comments.events import CommentWritten
from engine.log.records import Recorded
from jobs.job import Job
from jobs.recipient import who_wants
from jobs.told_comment import STALE_S, actor_of, told_comment
from jobs.tools import Tools


async def perform(cause: Recorded, tools: Tools) -> None:
    """What has a date was said elsewhere, and is brought in: nobody is told."""
    answer: CommentWritten = cause.event
    if answer.parent is None or answer.written_at is not None:
        return
    answered, _ = await tools.executor.load(Comment, f"comment-{answer.parent}")
    if not answered.is_shown or str(answered.author) in {str(answer.author), actor_of(cause)}:
        return
    to = await who_wants("reply", answered.author, tools.executor)
    said = None if to is None else await told_comment(cause, "shown", tools)
    if to is None or said is None:
        return
    if await tools.notice_limit.may_tell(to.account, "reply", answer.comment):
        await tools.mailroom.notify("reply", "reply", to, reference=f"{cause.id}.{JOB.name}", **said)


JOB = Job("reply_mail", (CommentWritten,), perform, queue="mail", expires_s=STALE_S)
