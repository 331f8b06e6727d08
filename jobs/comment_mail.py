"""Tells the authors of a post that somebody has commented on it. Sent twice, it has the same Message-ID."""

from uuid import UUID

from domain.comments.comment import Comment
from domain.comments.events import CommentWritten
from domain.posts.post import Post
from engine.log.records import Recorded
from jobs.job import Job
from jobs.recipient import who_wants
from jobs.told_comment import STALE_S, actor_of, told_comment
from jobs.tools import Tools


async def each(cause: Recorded, tools: Tools) -> list[UUID]:
    """What has a date was said elsewhere, and is brought in: nobody is told."""
    comment: CommentWritten = cause.event
    if comment.written_at is not None:
        return []
    post: Post | None = (await tools.executor.load(Post, f"post-{comment.post}"))[0]
    authors = () if post is None else post.authors
    return [author for author in authors if str(author) not in {str(comment.author), actor_of(cause)}]


async def perform(cause: Recorded, tools: Tools, subject: UUID) -> None:
    to = await who_wants("comment", subject, tools.executor)
    if to is None or await _is_told_as_reply(cause.event, subject, tools):
        return
    said = await told_comment(cause, "shown", tools)
    if said is not None and await tools.notice_limit.may_tell(subject, "comment", cause.event.comment):
        await tools.mailroom.notify("comment", "comment", to, reference=f"{cause.id}.{JOB.name}.{subject.hex}", **said)


async def _is_told_as_reply(comment: CommentWritten, author: UUID, tools: Tools) -> bool:
    """One mail is enough for an author whose own comment it answers."""
    if comment.parent is None:
        return False
    answered, _ = await tools.executor.load(Comment, f"comment-{comment.parent}")
    return answered.author == author and await who_wants("reply", author, tools.executor) is not None


JOB = Job("comment_mail", (CommentWritten,), perform, queue="mail", expires_s=STALE_S, each=each)
