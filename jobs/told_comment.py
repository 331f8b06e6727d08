"""What a mail says of a comment: only while it is as the mail says, below a post that everybody may read."""

from typing import Any

import orjson

from domain.comments.comment import Comment
from domain.comments.events import CommentEvent
from engine.log.records import Recorded
from jobs.recipient import active
from jobs.tools import Tools

STALE_S = 3 * 24 * 3600
"""Nobody needs to be told by mail of what was said earlier than that."""


async def told_comment(cause: Recorded, status: str, tools: Tools) -> dict[str, Any] | None:
    """Values for a template, none of them the comment's own words: they are read where they can be moderated.

    None: the comment is not `status` any more, its post is not public, or who wrote it is suspended or gone.
    """
    event: CommentEvent = cause.event
    comment, _ = await tools.executor.load(Comment, cause.stream)
    if comment is None or comment.status != status:
        return None
    await tools.readers.reach(cause, "post_pages")
    post, writer = await tools.audience.public_post(event.post), await active(comment.author, tools.executor)
    if post is None or writer is None:
        return None
    site = await tools.mailroom.site()
    return {"by": writer.handle, "title": post.title, "link": site.comment_url(post.slug, event.comment)}


def actor_of(cause: Recorded) -> str:
    """The id of the account that did it; something else when none did."""
    return str(orjson.loads(cause.metadata).get("actor", ""))
