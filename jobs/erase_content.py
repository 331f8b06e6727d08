"""Deletes what an account wrote, when it was closed with that wish.

The texts are unreadable from the moment it was closed, as their key is gone; what is left to delete is the rest.
"""

import orjson

from domain.accounts.events import AccountClosed
from domain.command import Actor, Context
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
    correlation = str(orjson.loads(cause.metadata).get("correlation", cause.id))
    await tools.readers.reach_head("post_pages")  # its posts are of other partitions than the account
    for post in await tools.readers.posts_of(closed.account):
        found, _ = await tools.executor.load(Post, f"post-{post}")
        if found is None or found.status == "deleted":
            continue
        await tools.executor.execute(
            DeletePost(post=post),
            context=Context(_SYSTEM, clock.now()),
            correlation=correlation,
            causation=str(cause.id),
        )


JOB = Job("erase_content", (AccountClosed,), perform, time_limit_s=_TIME_LIMIT_S)
