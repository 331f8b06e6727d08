"""Deletes what an account wrote and uploaded, when it was closed with that wish.

The texts are unreadable from the moment it was closed, as their key is gone; what is left to delete is the rest.
"""

import orjson

from domain.accounts.events import AccountClosed
from domain.command import Actor, Context
from domain.comments.comment import Comment
from domain.comments.delete_comment import DeleteComment
from domain.media.delete_media import DeleteMedia
from domain.media.media import Media
from domain.posts.delete_post import DeletePost
from domain.posts.post import Post
from engine.log.records import Recorded
from jobs.job import Job
from jobs.tools import Tools
from kit import clock

_SYSTEM = Actor(is_system=True)
_TIME_LIMIT_S = 600


async def perform(cause: Recorded, tools: Tools) -> None:
    """What was deleted stays so: another attempt goes on with the rest."""
    closed: AccountClosed = cause.event
    if not closed.erase_content:
        return
    for model in ("post_pages", "comments", "media"):  # what it wrote is of other partitions than the account
        await tools.readers.reach_head(model)
    for post in await tools.readers.posts_of(closed.account):
        await _delete(DeletePost(post=post), Post, cause, tools)
    for comment, post in await tools.readers.comments_of(closed.account):
        await _delete(DeleteComment(comment=comment, post=post), Comment, cause, tools)
    for media in await tools.readers.media_of(closed.account):
        await _delete(DeleteMedia(media=media), Media, cause, tools)


async def _delete(
    command: DeletePost | DeleteComment | DeleteMedia,
    kind: type[Post | Comment | Media],
    cause: Recorded,
    tools: Tools,
) -> None:
    found, _ = await tools.executor.load(kind, command.stream)
    if found is None or found.status == "deleted":
        return
    await tools.executor.execute(
        command,
        context=Context(_SYSTEM, clock.now()),
        correlation=str(orjson.loads(cause.metadata).get("correlation", cause.id)),
        causation=str(cause.id),
    )


JOB = Job("erase_content", (AccountClosed,), perform, time_limit_s=_TIME_LIMIT_S)
